// The command line of container engines, for those who look into images. Jobs are run by `chooseEngine`.
export { containerEngine } from './container/container.ts';
export { labelArguments, removeArguments } from './container/container-arguments.ts';
export { engineFailed, lastLines } from './container/container-errors.ts';
export type { ContainerEngineName } from './container/dialects.ts';
export { type EngineCli, LIMITS_MS, runCli, startCli } from './container/engine-cli.ts';
export { findEngine } from './container/find-engine.ts';
export { prepareImage } from './container/image.ts';
export { inspectOne } from './container/inspect.ts';
export { jobLabels } from './container/labels.ts';
export { cleanLeftovers } from './container/leftovers.ts';
