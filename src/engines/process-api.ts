/** The engine `process`, for those who run more than one job on it. Single jobs are run by `chooseEngine`. */
export { processEngine } from './process/process.ts';
