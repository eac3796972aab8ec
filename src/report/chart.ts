import { durationText, valueText } from './format.ts';
import { breakable, html, type Markup } from './html.ts';
import type { MetricSeries, Series } from './series.ts';
import type { Point } from './thinned-points.ts';
import { ticks, timeTicks } from './ticks.ts';

/** Hosts that get a colour of their own; the others share a faint one. */
const COLOURS = 6;

// Units of the drawing, which is stretched to whatever room there is; labels lie beside it as text, and are not.
const WIDTH = 1000;
const HEIGHT = 300;

const GREATEST = 5e307;

/** The time that a chart shows, in milliseconds since 1970. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The time from `start` to the last value of any metric, so that their charts can be compared. */
export function spanOf(metrics: readonly MetricSeries[], start: number): Span {
  const ends = metrics.flatMap(({ series }) => series.map(({ points }) => points.at(-1)?.time ?? start));
  return { start, end: Math.max(start, ...ends) };
}

/** The chart of a metric. */
export function chart(metric: MetricSeries, span: Span): Markup {
  const { name, series, count, last, least, greatest } = metric;
  return html`<figure class="card chart">
<figcaption><b>${breakable(name)}</b><span class="last">${valueText(last)}</span></figcaption>
${least === undefined || greatest === undefined ? html`<p class="faint">No value is a finite number.</p>` : plot(metric, span, least, greatest)}
${series.length > 1 ? legend(series) : undefined}
<p class="faint">${count.toLocaleString('en-US')} ${count === 1 ? 'value' : 'values'}${least === undefined || greatest === undefined ? '' : `, from ${valueText(least)} to ${valueText(greatest)}`}</p>
</figure>
`;
}

function plot({ name, series }: MetricSeries, { start, end }: Span, least: number, greatest: number): Markup {
  const seconds = Math.max(0, (end - start) / 1000);
  const [bottom, top] = [bounded(least), bounded(greatest)];
  // A flat line is in the middle.
  const pad = top > bottom ? (top - bottom) * 0.06 : Math.abs(top) * 0.1 || 1;
  const [low, high] = [bottom - pad, top + pad];
  const x = (time: number) => (seconds === 0 ? 0.5 : Math.max(0, Math.min(1, (time - start) / 1000 / seconds)));
  const y = (value: number) => (high - bounded(value)) / (high - low);
  const rows = ticks(low, high, 5).filter((value) => y(value) >= 0 && y(value) <= 1);
  const columns = timeTicks(seconds, 4);
  return html`<div class="plot">
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${name} over time">
${rows.map((value) => html`<path class="grid" d="M0 ${round(y(value) * HEIGHT)}H${WIDTH}"/>`)}
${series.map((one, index) => lineOf(one, colourOf(index), x, y)).reverse()}
</svg>
${rows.map((value) => html`<span class="y" style="top:${round(y(value) * 100)}%">${valueText(value)}</span>`)}
${columns.map((value) => html`<span class="x" style="left:${round(seconds === 0 ? 50 : (value / seconds) * 100)}%">${durationText(value)}</span>`)}
</div>`;
}

// A value that stands alone is a stroke without length, which round ends make a dot.
function lineOf({ points }: Series, colour: string, x: (time: number) => number, y: (value: number) => number): Markup {
  let lines = '';
  let dots = '';
  for (const run of finiteRuns(points)) {
    const points = run.map(({ time, value }) => `${round(x(time) * WIDTH)} ${round(y(value) * HEIGHT)}`);
    if (points.length === 1) dots += `M${points[0]}h0`;
    else lines += `M${points.join('L')}`;
  }
  const path = (kind: string, shape: string) =>
    shape === '' ? undefined : html`<path class="${kind} ${colour}" d="${shape}"/>`;
  return html`${path('line', lines)}${path('point', dots)}`;
}

// So that the difference of any two is a number.
function bounded(value: number): number {
  return Math.max(-GREATEST, Math.min(GREATEST, value));
}

function finiteRuns(points: readonly Point[]): ReadonlyArray<readonly Point[]> {
  const runs: Point[][] = [[]];
  for (const point of points) {
    if (Number.isFinite(point.value)) runs.at(-1)?.push(point);
    else runs.push([]);
  }
  return runs.filter(({ length }) => length > 0);
}

function legend(series: readonly Series[]): Markup {
  const more = series.length - COLOURS;
  return html`<ul class="legend">${series.slice(0, COLOURS).map(({ host }, index) => html`<li><i class="${colourOf(index)}"></i>${host}</li>`)}${more > 0 ? html`<li><i class="other"></i>${more} more</li>` : undefined}</ul>`;
}

function colourOf(index: number): string {
  return index < COLOURS ? `s${index + 1}` : 'other';
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
