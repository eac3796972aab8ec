import type { MetricDeclaration } from '../../algorithm/metric.ts';

/** Metrics of which higher values are better. Source: xgb_constants.py of AWS's container. */
const MAXIMIZED = [
  ...['accuracy', 'auc', 'aucpr', 'balanced_accuracy', 'f1', 'f1_binary', 'f1_macro', 'map', 'ndcg'],
  ...['precision', 'precision_macro', 'precision_micro', 'r2', 'recall', 'recall_macro', 'recall_micro'],
] as const;

/** Metrics of which lower values are better. */
const MINIMIZED = [
  ...['aft-nloglik', 'cox-nloglik', 'error', 'gamma-deviance', 'gamma-nloglik', 'interval-regression-accuracy'],
  ...['logloss', 'mae', 'mape', 'merror', 'mlogloss', 'mphe', 'mse', 'poisson-nloglik', 'rmse', 'rmsle'],
  'tweedie-nloglik',
] as const;

/** Names of all metrics, without their channel. */
export const ALL_METRICS = [...MAXIMIZED, ...MINIMIZED] as const;

/** Metrics that XGBoost itself does not have: AWS's container adds them, and so does the program of ours. */
export const CUSTOM_METRICS: ReadonlySet<string> = new Set([
  ...['accuracy', 'balanced_accuracy', 'f1', 'f1_binary', 'f1_macro', 'mse', 'precision', 'precision_macro'],
  ...['precision_micro', 'r2', 'recall', 'recall_macro', 'recall_micro'],
]);

/** What is said of a wrong value of `eval_metric`. */
export const EVALUATION_METRIC_RULE = `must be one of ${ALL_METRICS.join(', ')}, or error, map or ndcg with a threshold, such as error@0.7`;

/** Whether `eval_metric` may contain this name: `rmse`, `error@0.7`. */
export function isEvaluationMetric(name: string): boolean {
  return (
    (ALL_METRICS as readonly string[]).includes(name) || /^(?:error@(?:\d+\.?\d*|\.\d+)|(?:ndcg|map)@\d+-?)$/.test(name)
  );
}

/** Whether higher values of a metric, also with a threshold, are better. */
export function isMaximized(name: string): boolean {
  return (MAXIMIZED as readonly string[]).includes(name.replace(/@.*$/, ''));
}

// What the expressions of AWS find: no nan.
const NUMBER = '([-+]?[0-9]*\\.?[0-9]+(?:[eE][-+]?[0-9]+)?)';

/**
 * The metrics of both channels, as DescribeTrainingJob shows them for AWS's image: `validation:rmse` in
 * `[3]#011…#011validation-rmse:0.5`.
 */
export const XGBOOST_METRICS = Object.fromEntries(
  ['train', 'validation'].flatMap((channel) =>
    ALL_METRICS.map((name): [string, MetricDeclaration] => [
      `${channel}:${name}`,
      {
        direction: isMaximized(name) ? 'maximize' : 'minimize',
        // The platform writes a tab as #011.
        regex: `.*\\[[0-9]+\\].*#011${channel}-${name}:${NUMBER}.*`,
        objective: channel === 'validation',
      },
    ]),
  ),
);
