import type { MetricDeclaration } from '../../algorithm/metric.ts';
import { PASS_METRICS } from '../numeric/pass-metrics.ts';

/** `<loss>` values are minimized, `<score>` values maximized. */
type Kind = 'loss' | 'score';

/** Metric → its name in the log, with the detail in it, and its kind: the same for training, validation and test data. */
const FINAL = {
  absolute_loss: ['absolute_loss', 'loss'],
  binary_classification_accuracy: ['binary_classification_accuracy', 'score'],
  binary_f_beta: ['binary_f_{detail}', 'score'],
  dcg: ['dcg', 'score'],
  macro_f_beta: ['macro_f_{detail}', 'score'],
  macro_precision: ['macro_precision', 'score'],
  macro_recall: ['macro_recall', 'score'],
  mse: ['mse', 'loss'],
  multiclass_accuracy: ['multiclass_accuracy', 'score'],
  multiclass_top_k_accuracy: ['multiclass_top_k_accuracy_{detail}', 'score'],
  objective_loss: ['{detail}_objective', 'loss'],
  precision: ['precision', 'score'],
  recall: ['recall', 'score'],
  roc_auc_score: ['roc_auc_score', 'score'],
} as const satisfies Readonly<Record<string, readonly [string, Kind]>>;

const expressionOf = (name: string) => name.replace('{detail}', '\\S+');

/** A score of the final model. */
const finalMetric = (data: Data, name: string, kind: Kind): MetricDeclaration => ({
  direction: kind === 'loss' ? 'minimize' : 'maximize',
  line: `#quality_metric: host={host}, ${data} ${name} <${kind}>={value}`,
  regex: `#quality_metric: host=\\S+, ${data} ${expressionOf(name)} <${kind}>=(\\S+)`,
  objective: data !== 'train',
});

/** The loss after an epoch. */
const epochMetric = (data: Data): MetricDeclaration => ({
  direction: 'minimize',
  line: `#quality_metric: host={host}, epoch={epoch}, ${data} {detail}_objective <loss>={value}`,
  regex: `#quality_metric: host=\\S+, epoch=\\S+, ${data} \\S+_objective <loss>=(\\S+)`,
  objective: data !== 'train',
});

/** The data that a metric is of. */
export type Data = 'train' | 'validation' | 'test';

/** The scores of a final model. */
export type FinalName = keyof typeof FINAL;

/** The names of the metrics. */
export type MetricName = FinalMetricName | `${'train' | 'validation'}:objective_loss` | keyof typeof PASS_METRICS;

type FinalMetricName =
  | `${Data}:${Exclude<FinalName, 'objective_loss'>}`
  | `${'train' | 'validation'}:objective_loss:final`
  | 'test:objective_loss';

/** The metric of a score of the final model. */
export function finalMetricName(data: Data, name: FinalName): FinalMetricName {
  if (name !== 'objective_loss') return `${data}:${name}`;
  return data === 'test' ? 'test:objective_loss' : `${data}:objective_loss:final`;
}

const FINAL_ENTRIES = Object.entries(FINAL) as readonly (readonly [FinalName, readonly [string, Kind]])[];

const finalMetrics = (data: Data) =>
  Object.fromEntries(
    FINAL_ENTRIES.map(([name, [logName, kind]]) => [finalMetricName(data, name), finalMetric(data, logName, kind)]),
  );

/** Names, expressions and directions as DescribeTrainingJob shows them for AWS's algorithm. */
export const METRICS = {
  'train:objective_loss': epochMetric('train'),
  'validation:objective_loss': epochMetric('validation'),
  ...finalMetrics('train'),
  ...finalMetrics('validation'),
  ...finalMetrics('test'),
  ...PASS_METRICS,
} as Readonly<Record<MetricName, MetricDeclaration>>;

/** The name of a score in the log. */
export function logName(name: FinalName, detail: string): string {
  return FINAL[name][0].replace('{detail}', detail);
}
