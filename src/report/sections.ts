import { pathToFileURL } from 'node:url';
import { cutText } from '../errors/quote-value.ts';
import { compareHosts } from '../jobs/logs/files.ts';
import type { JobRecord } from '../jobs/record.ts';
import { hasEnded, type StatusTransition } from '../jobs/status.ts';
import { maskNamed } from '../log/masking/named-values.ts';
import type { Channel, TrainingJobRequest } from '../request/request.ts';
import { planHosts } from '../staging/host-plan.ts';
import { durationText, timeText } from './format.ts';
import { breakable, type Content, html, type Markup } from './html.ts';

const LONGEST_VALUE = 2000;

/** Masks the secrets of the job. */
export type Mask = (text: string) => string;

/** Name, status, and what one wants to know first. `now` is when a job that runs was looked at, in seconds since 1970. */
export function heading(record: JobRecord, mask: Mask, now: number = record.LastModifiedTime): Markup {
  const { request } = record;
  const end = record.TrainingEndTime ?? now;
  const secondary = record.SecondaryStatus === record.TrainingJobStatus ? '' : ` (${record.SecondaryStatus})`;
  const billable = record.BillableTimeInSeconds;
  return html`<header id="summary">
<h1>${breakable(record.TrainingJobName)}</h1>
<p><span class="badge ${record.TrainingJobStatus}">${record.TrainingJobStatus}${secondary}</span></p>
${record.FailureReason === undefined ? undefined : html`<pre class="reason" tabindex="0" role="region" aria-label="Failure reason">${mask(record.FailureReason)}</pre>`}
${pairs([
  ['Created', timeText(record.CreationTime)],
  [hasEnded(record.TrainingJobStatus) ? 'Took' : 'Running for', durationText(end - record.CreationTime)],
  ['Billable', billable === undefined ? undefined : `${billable} s`],
  ['Image', maskIfAny(request.AlgorithmSpecification?.TrainingImage, mask)],
  ['Engine', record.engine],
])}
</header>
`;
}

/** The statuses as a bar, as wide as they were long, and as a table. */
export function timeLine(entries: readonly StatusTransition[], now: number, mask: Mask): Markup {
  const length = ({ StartTime, EndTime = now }: StatusTransition) => Math.max(0, EndTime - StartTime);
  const total = entries.reduce((sum, entry) => sum + length(entry), 0);
  // Even a short one must be visible.
  const share = (entry: StatusTransition) => Math.round((total === 0 ? 1 : length(entry) / total) * 1000) + 8;
  return section(
    'Status time line',
    html`<div class="bar" aria-hidden="true">${entries.map((entry) => html`<i class="${entry.Status}" style="flex-grow:${share(entry)}" title="${entry.Status}: ${durationText(length(entry))}"></i>`)}</div>
<div class="scroll"><table class="times">${entries.map(
      (
        entry,
      ) => html`<tr><td><i class="dot ${entry.Status}"></i>${entry.Status}</td><td class="number">${timeText(entry.StartTime).slice(11)}</td><td class="number">${durationText(length(entry))}</td><td>${mask(entry.StatusMessage)}</td></tr>
`,
    )}</table></div>`,
  );
}

/** Hyperparameters, and the job's own variables; values of secret names are masked. */
export function parameters({ HyperParameters = {}, Environment = {} }: TrainingJobRequest, mask: Mask): Markup {
  const table = (title: string, values: Readonly<Record<string, string>>) =>
    Object.keys(values).length === 0
      ? undefined
      : section(
          title,
          html`<table class="pairs">${Object.entries(values).map(
            ([
              name,
              value,
            ]) => html`<tr><th scope="row">${breakable(mask(name))}</th><td>${cutText(mask(maskNamed(name, value)), LONGEST_VALUE)}</td></tr>
`,
          )}</table>`,
        );
  return html`${table('Hyperparameters', HyperParameters)}${table('Environment', Environment)}`;
}

/** Where the data came from. */
export function channels(
  { InputDataConfig: list, AlgorithmSpecification: algorithm }: TrainingJobRequest,
  mask: Mask,
): Markup | undefined {
  if (list === undefined || list.length === 0) return undefined;
  const row = ({ ChannelName, DataSource: { S3DataSource: source }, InputMode }: Channel) =>
    html`<tr><th scope="row">${ChannelName}</th><td class="place" data-label="Place"><span>${breakable(maskIfAny(source?.S3Uri, mask) ?? 'a file system')}</span></td><td data-label="Mode">${InputMode ?? algorithm?.TrainingInputMode}</td><td data-label="Type">${source?.S3DataType}</td><td data-label="Distribution">${source?.S3DataDistributionType ?? 'FullyReplicated'}</td></tr>
`;
  return section(
    'Channels',
    html`<div class="scroll"><table class="cards"><thead><tr><th scope="col">Name</th><th scope="col">Place</th><th scope="col">Mode</th><th scope="col">Type</th><th scope="col">Distribution</th></tr></thead><tbody>${list.map(row)}</tbody></table></div>`,
  );
}

/** The machines that the job had. */
export function hosts(record: JobRecord): Markup {
  const planned = new Map(planHosts(record.request).map((host) => [host.name, host]));
  return section(
    'Hosts',
    html`<div class="scroll"><table class="cards"><thead><tr><th scope="col">Name</th><th scope="col">Instance type</th><th scope="col">Group</th></tr></thead><tbody>${record.hosts
      .toSorted(compareHosts)
      .map(
        (
          name,
        ) => html`<tr><th scope="row">${name}</th><td data-label="Instance type">${planned.get(name)?.instanceType}</td><td data-label="Group">${planned.get(name)?.group}</td></tr>
`,
      )}</tbody></table></div>`,
  );
}

/** Where the results are; a link to each path of this machine, unless the page is not a file of this machine. */
export function artifacts(
  { ModelArtifacts, outputs, tensorBoard, notDelivered = [] }: JobRecord,
  mask: Mask,
  { isLinked = true }: { readonly isLinked?: boolean } = {},
): Markup {
  const artifacts: ReadonlyArray<readonly [string, string]> = [
    ...(ModelArtifacts === undefined ? [] : [['Model', ModelArtifacts.S3ModelArtifacts] as const]),
    ...outputs.map((location) => ['Output', location] as const),
    ...(tensorBoard === undefined ? [] : [['TensorBoard', tensorBoard] as const]),
    ...notDelivered.map((sentence) => ['Not delivered', mask(sentence)] as const),
  ];
  return section(
    'Artifacts',
    artifacts.length === 0
      ? html`<p class="faint">None.</p>`
      : pairs(
          artifacts.map(([name, location]) => [
            name,
            isLinked && location.startsWith('/') && mask(location) === location
              ? html`<a href="${pathToFileURL(location).href}">${location}</a>`
              : mask(location),
          ]),
        ),
  );
}

/** A part of the page under a title of its own, which its `id` is made of. */
export function section(title: string, content: Content): Markup {
  const id = title.toLowerCase().replace(/[^a-z]+/g, '-');
  return html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>
${content}
</section>
`;
}

function maskIfAny(text: string | undefined, mask: Mask): string | undefined {
  return text === undefined ? undefined : mask(text);
}

function pairs(list: ReadonlyArray<readonly [string, Content]>): Markup {
  const known = list.filter(([, value]) => value !== undefined);
  return html`<dl>${known.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}
