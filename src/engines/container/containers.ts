/** The container engines, as one part that is loaded when a job runs in containers. */
export { containerEngine } from './container.ts';
export { findEngine } from './find-engine.ts';
export { cleanKilledJob } from './killed-job.ts';
export { cleanLeftovers } from './leftovers.ts';
