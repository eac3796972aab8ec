import type { Defaults, FoundDefaults } from './defaults.ts';

/** The origin of each given default. */
export function originsOf(defaults: Defaults, originOf: (name: keyof Defaults) => string): FoundDefaults['origins'] {
  const names = Object.keys(defaults) as readonly (keyof Defaults)[];
  return Object.fromEntries(names.map((name) => [name, originOf(name)]));
}

/** Several sources as one, the later ones win. Variables for hosts are merged by their names, as the SageMaker SDK does. */
export function mergeDefaults(sources: readonly FoundDefaults[]): FoundDefaults {
  const defaults: Defaults = Object.assign({}, ...sources.map((source) => source.defaults));
  // A variable may have the name of a prototype.
  const variables = sources.flatMap((source) => Object.entries(source.defaults.environment ?? {}));
  const environment = Object.fromEntries(variables);
  return {
    defaults: defaults.environment === undefined ? defaults : { ...defaults, environment },
    origins: Object.assign({}, ...sources.map(({ origins }) => origins)),
  };
}
