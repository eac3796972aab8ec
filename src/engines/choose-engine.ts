import type { Engine } from './engine.ts';
import { ENGINES, type EngineKind, type EngineName } from './engine-names.ts';
import type { EngineOwner, EngineSetting } from './engine-options.ts';

/** An engine to run jobs, or why none of its kind does. */
export type OpenedEngine =
  | { readonly engine: Engine }
  /** Engines that are installed but do not answer, each with the reason. */
  | { readonly engine: undefined; readonly silent: readonly string[] };

/**
 * Opens the wanted engine of a kind, or the first one that answers. Removes what killed runs left in it.
 *
 * @throws OptmlError ENGINE_FAILED when the wanted one does not answer.
 */
export type EngineOpener = (
  wanted: EngineName | undefined,
  setting: EngineSetting,
  owner: EngineOwner,
  signal: AbortSignal | undefined,
) => Promise<OpenedEngine>;

// The code of a kind is loaded when a job uses it. `process`, which is always there, is opened below.
const OPENERS: Readonly<Record<Exclude<EngineKind, 'process'>, EngineOpener>> = {
  container: async (...given) => (await import('#engines/container/containers')).openContainerEngine(...given),
};

/**
 * The engine that runs a job: the wanted one, the first container engine that answers, or `process`.
 *
 * @throws OptmlError ENGINE_FAILED when the wanted one does not answer; STOPPED when the signal came.
 */
export async function chooseEngine(
  setting: EngineSetting,
  owner: EngineOwner,
  warn: (message: string) => void,
  signal?: AbortSignal,
): Promise<Engine> {
  const { engine: wanted } = setting;
  const kind = wanted === undefined ? 'container' : ENGINES[wanted];
  if (kind !== 'process') {
    const opened = await OPENERS[kind](wanted, setting, owner, signal);
    if (opened.engine !== undefined) return opened.engine;
    for (const reason of opened.silent) warn(`The engine "process" runs the job, since ${reason}`);
  }
  if (setting.pull !== undefined) warn('The engine "process" pulls no image: it runs what is on this machine');
  const { processEngine } = await import('#engines/process/process');
  return processEngine(setting);
}
