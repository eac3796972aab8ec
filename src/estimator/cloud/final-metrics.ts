import type { TrainingJobDescription } from '../../jobs/describe/describe.ts';
import type { MetricUpdate } from './line-metrics.ts';

/** The metrics that the platform itself has found, beside those in the log. */
export class FinalMetrics {
  readonly #named = new Set<string>();
  readonly #times = new Map<string, number>();

  /** Remembers what was found in the log. */
  note(updates: readonly MetricUpdate[]): readonly MetricUpdate[] {
    for (const { name } of updates) this.#named.add(name);
    return updates;
  }

  /** Values that the platform shows and did not show before. */
  changed(description: TrainingJobDescription): readonly MetricUpdate[] {
    const updates = finalsOf(description).filter(({ name, time }) => this.#times.get(name) !== time);
    for (const { name, time } of updates) this.#times.set(name, time);
    return this.note(updates);
  }

  /** The last values of metrics that were not found in the log. */
  missing(description: TrainingJobDescription): readonly MetricUpdate[] {
    return finalsOf(description).filter(({ name }) => !this.#named.has(name));
  }
}

function finalsOf({ FinalMetricDataList: list = [] }: TrainingJobDescription): readonly MetricUpdate[] {
  return list.map(({ MetricName: name, Value: value, Timestamp: time }) => {
    return { type: 'metric', time: time * 1000, name, value };
  });
}
