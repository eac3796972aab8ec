/**
 * All engines, with the kind that each belongs to. Container engines are tried in this order. A new engine is a folder and
 * a line here; a new kind of engine also needs a line in `OPENERS`, which the compiler asks for.
 */
export const ENGINES = {
  docker: 'container',
  podman: 'container',
  nerdctl: 'container',
  finch: 'container',
  process: 'process',
} as const;

/** An engine: it runs the hosts of a job. */
export type EngineName = keyof typeof ENGINES;

/** Engines of one kind share an implementation. */
export type EngineKind = (typeof ENGINES)[EngineName];

/** The engines of one kind. */
export type EngineOf<Kind extends EngineKind> = {
  [Name in EngineName]: (typeof ENGINES)[Name] extends Kind ? Name : never;
}[EngineName];

/** The name of every engine, in the order of the table. */
export const ENGINE_NAMES = Object.keys(ENGINES) as readonly EngineName[];

/** Whether this is the name of an engine. */
export function isEngineName(name: string): name is EngineName {
  return Object.hasOwn(ENGINES, name);
}

/** The engines of that kind, in the order of the table. */
export function enginesOf<Kind extends EngineKind>(kind: Kind): readonly EngineOf<Kind>[] {
  return ENGINE_NAMES.filter((name): name is EngineOf<Kind> => ENGINES[name] === kind);
}
