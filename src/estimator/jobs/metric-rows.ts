import type { MetricRow } from '../job-platform.ts';

/** Values of metrics by name and time, as rows: times count from the first value of the same metric. */
export function metricRows(
  points: readonly { readonly time: number; readonly name: string; readonly value: number }[],
): readonly MetricRow[] {
  const names = [...new Set(points.map(({ name }) => name))];
  return names.flatMap((metricName) => {
    const own = points.filter(({ name }) => name === metricName).sort((a, b) => a.time - b.time);
    const first = own[0]?.time ?? 0;
    return own.map(({ time, value }) => ({ timestamp: (time - first) / 1000, metricName, value }));
  });
}
