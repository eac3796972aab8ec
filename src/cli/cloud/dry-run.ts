import { finalRequest } from '../../estimator/submit/final-request.ts';
import type { PreparedSubmission } from '../../estimator/submit/submission.ts';
import { maskNamed } from '../../log/masking/named-values.ts';
import { printResult } from '../../log/print.ts';
import type { TrainingJobRequest } from '../../request/request.ts';
import { requestMask } from '../../request/request-mask.ts';
import { visibleJson } from '../../text/visible.ts';
import { uploadLine } from './upload-view.ts';

/** Prints the request that would be sent, its secrets masked, and passes a line for each upload to `note`. */
export function showDryRun({ request: planned, uploads }: PreparedSubmission, note: (line: string) => void): void {
  const request = finalRequest(planned);
  if (uploads.length > 0) note('Uploads:');
  for (const upload of uploads) note(uploadLine(upload, 'to send'));
  note('The request, secrets masked. Nothing was sent.');
  const mask = requestMask(request);
  // Text by text: names of members, such as the Key of a tag, are no names of secrets.
  const shown = JSON.stringify(
    withMaskedValues(request),
    (_name, value: unknown) => (typeof value === 'string' ? mask(value) : value),
    2,
  );
  printResult(visibleJson(`${shown}\n`));
}

function withMaskedValues(request: TrainingJobRequest): TrainingJobRequest {
  const { HyperParameters: parameters, Environment: environment } = request;
  return {
    ...request,
    ...(parameters !== undefined && { HyperParameters: masked(parameters) }),
    ...(environment !== undefined && { Environment: masked(environment) }),
  };
}

function masked(values: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, maskNamed(name, value)]));
}
