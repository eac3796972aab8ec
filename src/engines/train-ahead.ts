/** The part of the engine `process` that `optml run` starts before it has read its request. */
export { startTrainAhead, type TrainAhead } from './process/train-ahead.ts';
