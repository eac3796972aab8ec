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
  { parameters, gradient, from, to, isBias }: ParameterRange,
  { first, second }: OptimizerState,
  step: number,
  settings: OptimizerSettings,
): void {
  const { optimizer, momentum, beta1, beta2 } = settings;
  const rate = learningRateAt(step, settings) * (isBias ? settings.biasLrMult : 1);
  const wd = settings.wd * (isBias ? settings.biasWdMult : 1);
  const l1 = isBias ? 0 : settings.l1;
  const correction1 = 1 - beta1 ** (step + 1);
  const correction2 = 1 - beta2 ** (step + 1);
  for (let at = from; at < to; at++) {
    const value = parameters[at] as number;
    const slope = (gradient[at] as number) + wd * value;
    let length = rate;
    let direction = slope;
    if (optimizer === 'sgd') {
      direction = momentum * (first[at] as number) + slope;
      first[at] = direction;
    } else if (optimizer === 'adam') {
      const mean = beta1 * (first[at] as number) + (1 - beta1) * slope;
      const square = beta2 * (second[at] as number) + (1 - beta2) * slope * slope;
      first[at] = mean;
      second[at] = square;
      direction = mean / correction1;
      length = rate / (Math.sqrt(square / correction2) + EPSILON);
    } else {
      const square = 0.9 * (second[at] as number) + 0.1 * slope * slope;
      second[at] = square;
      length = rate / Math.sqrt(square + EPSILON);
    }
    const next = value - length * direction;
    const shrink = length * l1;
    parameters[at] = shrink === 0 ? next : Math.sign(next) * Math.max(0, Math.abs(next) - shrink);
  }
}
