/** The declaration of one metric. */
export interface MetricDeclaration {
  readonly description?: string;
  /** Which values are better. */
  readonly direction: 'minimize' | 'maximize';
  /**
   * The line that `reportMetric` prints: `{value}`, `{name}`, `{host}`, and names of its details stand for their values. By
   * default `{name}={value};`.
   */
  readonly line?: string;
  /** The regular expression that finds the value in the log, with one group; by default it is made from the line. */
  readonly regex?: string;
  /** Whether a tuning job can use it as its objective; by default true. */
  readonly objective?: boolean;
}

/** Name → declaration. */
export type MetricDeclarations = Readonly<Record<string, MetricDeclaration>>;
