import { compareHosts } from '../jobs/logs/files.ts';
import { tailLines } from '../jobs/logs/tail-lines.ts';
import type { JobRecord } from '../jobs/record.ts';
import { requestMask } from '../request/request-mask.ts';
import { chart, spanOf } from './chart.ts';
import { html, type Markup, raw } from './html.ts';
import { logText } from './log-text.ts';
import { artifacts, channels, heading, hosts, type Mask, parameters, section, timeLine } from './sections.ts';
import { readSeries } from './series.ts';
import { STYLE } from './style.ts';

const LOG_LINES = 200;

/**
 * The report of the job whose folder is `dir`: a page that needs nothing else, from its record, logs and metrics. Secrets are
 * masked. Paths of this machine are links, unless `isLinked` is false.
 */
export async function reportPage(
  dir: string,
  record: JobRecord,
  { isLinked = true }: { readonly isLinked?: boolean } = {},
): Promise<string> {
  const { request } = record;
  const mask = requestMask(request);
  const metrics = await readSeries(dir);
  const span = spanOf(metrics, (record.TrainingStartTime ?? record.CreationTime) * 1000);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="color-scheme" content="light dark">
<title>${record.TrainingJobName}: ${record.TrainingJobStatus}</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<main>
${heading(record, mask)}
${timeLine(record.SecondaryStatusTransitions, record.LastModifiedTime, mask)}
${metrics.length === 0 ? undefined : section('Metrics', html`<div class="charts">${metrics.map((metric) => chart(metric, span))}</div>`)}
${parameters(request, mask)}
${channels(request, mask)}
${hosts(record)}
${artifacts(record, mask, { isLinked })}
${logs(dir, record, mask)}
</main>
</body>
</html>
`;
  return page.text;
}

function logs(dir: string, { hosts: names }: JobRecord, mask: Mask): Markup {
  return section(
    `Logs, the last ${LOG_LINES} lines`,
    names.toSorted(compareHosts).map((name, index) => {
      const text = logText(tailLines(dir, name, LOG_LINES), mask);
      const content =
        text === ''
          ? html`<p class="faint">It wrote nothing.</p>`
          : html`<div class="log" tabindex="0" role="region" aria-label="Log of ${name}"><pre>${text}</pre></div>`;
      return html`<details${index === 0 ? raw(' open') : undefined}><summary>${name}</summary>${content}</details>
`;
    }),
  );
}
