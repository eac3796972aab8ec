/** How the weights of one model follow their gradient. */
export interface OptimizerSettings {
  readonly optimizer: 'sgd' | 'adam' | 'rmsprop';
  readonly learningRate: number;
  readonly momentum: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly wd: number;
  readonly l1: number;
  readonly biasLrMult: number;
  readonly biasWdMult: number;
  readonly scheduler: SchedulerSettings | undefined;
}

/** The learning rate is multiplied by `factor` every `step` batches, and never falls below `minimum`. */
export interface SchedulerSettings {
  readonly step: number;
  readonly factor: number;
  readonly minimum: number;
}

/** What the optimizer remembers of a model's parameters between two steps. */
export interface OptimizerState {
  readonly first: Float64Array;
  readonly second: Float64Array;
}

/** The state before the first step. */
export function optimizerState(parameters: number): OptimizerState {
  return { first: new Float64Array(parameters), second: new Float64Array(parameters) };
}

/** The learning rate of a step; steps count from 0. */
export function learningRateAt(step: number, { learningRate, scheduler }: OptimizerSettings): number {
  if (scheduler === undefined) return learningRate;
  const falls = Math.floor(step / scheduler.step);
  return Math.max(Math.min(scheduler.minimum, learningRate), learningRate * scheduler.factor ** falls);
}

/** A part of all models' parameters: those of one model. */
export interface ParameterRange {
  readonly parameters: Float64Array;
  /** The mean gradient of the loss, without regularization. */
  readonly gradient: Float64Array;
  readonly from: number;
  readonly to: number;
  readonly isBias: boolean;
}

// Against division by zero; `rmsprop` has the same.
const EPSILON = 1e-8;

/**
 * One step: the gradient of the loss and of `wd / 2` times the squared weights, then the exact step for `l1` times the
 * absolute weights, which makes small weights zero. The L1 step is as long as the optimizer's own step of that weight.
 */
export function optimize(
  range: ParameterRange,
  { first, second }: OptimizerState,
  step: number,
  settings: OptimizerSettings,
): void {
  const { isBias } = range;
  const rate = learningRateAt(step, settings) * (isBias ? settings.biasLrMult : 1);
  const regularized: RegularizedRange = {
    ...range,
    rate,
    wd: settings.wd * (isBias ? settings.biasWdMult : 1),
    l1: isBias ? 0 : settings.l1,
  };
  // A loop for each: one with a choice for each weight takes twice as long.
  if (settings.optimizer === 'sgd') stepSgd(regularized, first, settings.momentum);
  else if (settings.optimizer === 'adam') stepAdam(regularized, first, second, step, settings);
  else stepRmsprop(regularized, second);
}

interface RegularizedRange extends ParameterRange {
  readonly rate: number;
  readonly wd: number;
  readonly l1: number;
}

function stepSgd(
  { parameters, gradient, from, to, rate, wd, l1 }: RegularizedRange,
  first: Float64Array,
  momentum: number,
): void {
  const shrink = rate * l1;
  for (let at = from; at < to; at++) {
    const value = parameters[at] as number;
    const direction = momentum * (first[at] as number) + ((gradient[at] as number) + wd * value);
    first[at] = direction;
    const next = value - rate * direction;
    parameters[at] = shrink === 0 ? next : shrunk(next, shrink);
  }
}

function stepAdam(
  { parameters, gradient, from, to, rate, wd, l1 }: RegularizedRange,
  first: Float64Array,
  second: Float64Array,
  step: number,
  { beta1, beta2 }: OptimizerSettings,
): void {
  const correction1 = 1 - beta1 ** (step + 1);
  const correction2 = 1 - beta2 ** (step + 1);
  for (let at = from; at < to; at++) {
    const value = parameters[at] as number;
    const slope = (gradient[at] as number) + wd * value;
    const mean = beta1 * (first[at] as number) + (1 - beta1) * slope;
    const square = beta2 * (second[at] as number) + (1 - beta2) * slope * slope;
    first[at] = mean;
    second[at] = square;
    const length = rate / (Math.sqrt(square / correction2) + EPSILON);
    const next = value - length * (mean / correction1);
    parameters[at] = l1 === 0 ? next : shrunk(next, length * l1);
  }
}

function stepRmsprop({ parameters, gradient, from, to, rate, wd, l1 }: RegularizedRange, second: Float64Array): void {
  for (let at = from; at < to; at++) {
    const value = parameters[at] as number;
    const slope = (gradient[at] as number) + wd * value;
    const square = 0.9 * (second[at] as number) + 0.1 * slope * slope;
    second[at] = square;
    const length = rate / Math.sqrt(square + EPSILON);
    const next = value - length * slope;
    parameters[at] = l1 === 0 ? next : shrunk(next, length * l1);
  }
}

function shrunk(value: number, by: number): number {
  return Math.sign(value) * Math.max(0, Math.abs(value) - by);
}
