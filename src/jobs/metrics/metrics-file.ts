/** Name of the file in a job's folder that holds the series: a JSON object a line, see {@link MetricPoint}. */
export const METRICS_FILE = 'metrics.jsonl';

/** A value of a metric. `time` in milliseconds since 1970. Numbers that JSON lacks are texts in the file (`"NaN"`). */
export interface MetricPoint {
  readonly time: number;
  readonly host: string;
  readonly name: string;
  readonly value: number;
}
