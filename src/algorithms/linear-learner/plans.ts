import type { ModelPlan } from './model-set.ts';
import type { SchedulerSettings } from './optimizer.ts';

/** Hyperparameters of the optimizer as a job gives them. */
export interface PlanSettings {
  readonly optimizer: 'auto' | 'sgd' | 'adam' | 'rmsprop';
  readonly learningRate: number | 'auto';
  readonly momentum: number | 'auto';
  readonly beta1: number | 'auto';
  readonly beta2: number | 'auto';
  readonly wd: number | 'auto';
  readonly l1: number | 'auto';
  readonly biasLrMult: number | 'auto';
  readonly biasWdMult: number | 'auto';
  readonly numModels: number | 'auto';
  readonly useScheduler: boolean;
  readonly schedulerStep: number | 'auto';
  readonly schedulerFactor: number | 'auto';
  readonly schedulerMinimum: number | 'auto';
}

/** What `auto` values depend on. */
export interface PlanFacts {
  readonly dim: number;
  /** Batches of the whole training, if the data is in memory. */
  readonly steps: number | undefined;
  /** The weights of the classes that models may have; the first is the given one. Undefined: all 1. */
  readonly classWeights: readonly (Float64Array | undefined)[];
}

// As many as AWS's algorithm trains.
const AUTO_MODELS = 32;

// Without wd, the weights of separable classes grow without end.
const AUTO_WD = [1e-4, 1e-2, 1e-3, 0];
const AUTO_L1 = [0, 1e-4];

/** A value that a job gives, and values near it. */
const NEAR = [1, 1 / 2, 2, 1 / 4];

/**
 * The models of a job: the first has the given hyperparameters, the others have values near them. For `auto` there are as
 * many as there are combinations, at most 32. A number that is larger repeats combinations with other first weights.
 */
export function modelPlans(settings: PlanSettings, facts: PlanFacts): readonly ModelPlan[] {
  const optimizer = settings.optimizer === 'auto' ? 'adam' : settings.optimizer;
  const rate = optimizer === 'sgd' ? Math.min(0.1, 1 / facts.dim) : optimizer === 'adam' ? 0.1 : 0.01;
  const rates = valuesOf(settings.learningRate, [rate, rate / 3, rate / 10, rate * 3]);
  const combinations = facts.classWeights.flatMap((classWeights) =>
    valuesOf(settings.l1, AUTO_L1).flatMap((l1) =>
      valuesOf(settings.wd, AUTO_WD).flatMap((wd) =>
        rates.map((learningRate) => ({
          optimizer,
          learningRate,
          wd,
          l1,
          classWeights,
          momentum: orElse(settings.momentum, 0.9),
          beta1: orElse(settings.beta1, 0.9),
          beta2: orElse(settings.beta2, 0.999),
          biasLrMult: orElse(settings.biasLrMult, 1),
          biasWdMult: orElse(settings.biasWdMult, 0),
          scheduler: settings.useScheduler ? schedulerOf(settings, facts.steps, learningRate) : undefined,
        })),
      ),
    ),
  );
  const count = settings.numModels === 'auto' ? Math.min(AUTO_MODELS, combinations.length) : settings.numModels;
  return Array.from({ length: count }, (_, index) => {
    // Spread over the list: several class weights are tried even if not all combinations are.
    const spread = Math.floor((index * combinations.length) / count);
    return combinations[count < combinations.length ? spread : index % combinations.length] as ModelPlan;
  });
}

/**
 * With `auto`, the learning rate falls to 1 % of its first value until the last batch. Where the number of batches is
 * unknown: the values that AWS's log shows.
 */
function schedulerOf(settings: PlanSettings, steps: number | undefined, learningRate: number): SchedulerSettings {
  const step = orElse(settings.schedulerStep, steps === undefined ? 100 : Math.max(1, Math.floor(steps / 100)));
  const falls = steps === undefined ? undefined : Math.max(1, Math.floor(steps / step));
  const factor = orElse(settings.schedulerFactor, falls === undefined ? 0.99 : 0.01 ** (1 / falls));
  return { step, factor, minimum: orElse(settings.schedulerMinimum, Math.min(1e-5, learningRate)) };
}

function valuesOf(value: number | 'auto', auto: readonly number[]): readonly number[] {
  if (value === 'auto') return auto;
  return value === 0 ? [0] : NEAR.map((factor) => value * factor);
}

const orElse = (value: number | 'auto', auto: number) => (value === 'auto' ? auto : value);
