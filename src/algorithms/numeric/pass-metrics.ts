import type { MetricDeclaration } from '../../algorithm/metric.ts';

/** Metrics of each pass over the training data, as DescribeTrainingJob shows them for AWS's algorithms. */
export const PASS_METRICS = {
  'train:progress': {
    direction: 'maximize',
    line: '#progress_metric: host={host}, completed {value} % of epochs',
    regex: '#progress_metric: host=\\S+, completed (\\S+) %',
    objective: false,
  },
  'train:throughput': {
    direction: 'maximize',
    line: '#throughput_metric: host={host}, train throughput={value} records/second',
    regex: '#throughput_metric: host=\\S+, train throughput=(\\S+) records/second',
    objective: false,
  },
} as const satisfies Readonly<Record<string, MetricDeclaration>>;
