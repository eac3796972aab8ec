import type { XGBoostValues } from './combinations.ts';
import { CUSTOM_METRICS, isMaximized } from './metrics.ts';

/** What the Python program needs to know in addition to the matrices and folders: program/train.py. */
export interface BoostSettings {
  /** XGBoost's own parameters. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly rounds: number;
  readonly customMetrics: readonly string[];
  readonly earlyStopping: EarlyStopping | null;
  /** Folds of the cross-validation; null without one. */
  readonly folds: number | null;
  readonly foldRounds: number;
  readonly isClassification: boolean;
}

interface EarlyStopping {
  readonly rounds: number;
  /** By default the last one. */
  readonly metric: string | null;
  readonly isMaximized: boolean;
  readonly isLinear: boolean;
}

/** Hyperparameters that this XGBoost no longer has, or that only AWS's container reads. */
const WITHOUT_EFFECT = [
  ...['deterministic_histogram', 'dsplit', 'lambda_bias', 'predictor', 'prob_buffer_row', 'silent'],
  ...['single_precision_histogram', 'sketch_eps'],
];

const NOT_OF_XGBOOST: ReadonlySet<string> = new Set([
  ...WITHOUT_EFFECT,
  ...['num_round', 'csv_weights', 'early_stopping_rounds', 'eval_metric', 'save_model_on_termination'],
  ...['_kfold', '_num_cv_round', '_tuning_objective_metric'],
]);

/**
 * Translates the hyperparameters of a job. XGBoost gets those that the job has given (`given`: names, also aliases), and
 * `base_score`: XGBoost would estimate what AWS documents as 0.5.
 */
export function boostSettings(
  values: XGBoostValues,
  given: ReadonlySet<string>,
  { hasValidation }: { readonly hasValidation: boolean },
): BoostSettings {
  const metrics = metricsOf(values);
  const folds = values._kfold ?? null;
  return {
    parameters: {
      ...Object.fromEntries(
        Object.entries(values)
          .filter(([name]) => isPassed(name, given))
          .map(written),
      ),
      base_score: values.base_score,
      ...(metrics.length > 0 && { eval_metric: metrics.filter((name) => !CUSTOM_METRICS.has(name)) }),
    },
    rounds: values.num_round,
    customMetrics: metrics.filter((name) => CUSTOM_METRICS.has(name)),
    earlyStopping: hasValidation || folds !== null ? earlyStopping(values, metrics) : null,
    folds,
    foldRounds: values._num_cv_round ?? 1,
    isClassification: values.num_class !== undefined || values.objective.startsWith('binary:'),
  };
}

/** Names that the job has given, but that change nothing. */
export function withoutEffect(given: ReadonlySet<string>): readonly string[] {
  return WITHOUT_EFFECT.filter((name) => given.has(name));
}

const ALIASES: Readonly<Record<string, string>> = {
  learning_rate: 'eta',
  min_split_loss: 'gamma',
  reg_lambda: 'lambda',
  reg_alpha: 'alpha',
};

function isPassed(name: string, given: ReadonlySet<string>): boolean {
  if (NOT_OF_XGBOOST.has(name)) return false;
  return given.has(name) || Object.entries(ALIASES).some(([alias, of]) => of === name && given.has(alias));
}

// As XGBoost reads its parameters: updaters between commas, groups of features as JSON.
function written([name, value]: [string, unknown]): [string, unknown] {
  if (name === 'updater') return [name, (value as readonly string[]).join(',')];
  if (name === 'interaction_constraints') return [name, JSON.stringify(value)];
  if (name === 'objective' && value === 'reg:linear') return [name, 'reg:squarederror'];
  return [name, value];
}

// The metric of a tuning job is added to those of the job.
function metricsOf({ eval_metric: metrics = [], _tuning_objective_metric: tuned }: XGBoostValues): readonly string[] {
  const name = tuned?.replace(/^validation:/, '');
  return name === undefined || metrics.includes(name) ? metrics : [...metrics, name];
}

function earlyStopping(values: XGBoostValues, metrics: readonly string[]): EarlyStopping | null {
  const { early_stopping_rounds: rounds, _tuning_objective_metric: tuned, booster, objective } = values;
  if (rounds === undefined) return null;
  const metric = tuned?.replace(/^validation:/, '') ?? metrics.at(-1) ?? null;
  return {
    rounds,
    metric,
    // The default metrics of ranking are the only ones of which higher values are better.
    isMaximized: metric === null ? objective.startsWith('rank:') : isMaximized(metric),
    isLinear: booster === 'gblinear',
  };
}
