import { isDeepStrictEqual } from 'node:util';
import { parseLocation } from '../../contract/location.ts';
import { mapUris } from '../../request/local-paths.ts';
import type { TrainingJobRequest } from '../../request/request.ts';
import { requestError } from '../../request/request-error.ts';
import type { FileCount, LocalLocation, LocationUpload, Uploader } from '../upload/uploader.ts';
import { type CheckedSubmission, checkSubmission } from './check-submission.ts';
import { finalRequest } from './final-request.ts';
import { freeJobName } from './free-job-name.ts';
import { imageRegionProblems } from './image-problems.ts';
import type { LocalPlace } from './local-places.ts';
import { outputsIn } from './output-locations.ts';
import type { PreparedSubmission, SubmitContext } from './submission.ts';

/** Where uploads and outputs are in a bucket, if nothing else is configured. */
export const DEFAULT_PREFIX = 'optml';

/**
 * Checks a request and finds out where its local locations go, what of them is there already, and the name of the job.
 * Changes nothing.
 *
 * @throws OptmlError REQUEST_INVALID with all that is wrong, JOB_NAME_IN_USE, and those of AWS.
 */
export async function prepareSubmission(given: unknown, context: SubmitContext): Promise<PreparedSubmission> {
  return planSubmission(await checkSubmission(given, context), context);
}

/** The same as {@link prepareSubmission} for a request that has been checked. */
export async function planSubmission(
  { request, places, warnings }: CheckedSubmission,
  context: SubmitContext,
): Promise<PreparedSubmission> {
  const { platform, defaults, signal, isAnyImage, isExactName = false, now = Date.now } = context;
  const misplaced = isAnyImage === true ? [] : imageRegionProblems(request, platform.region);
  if (misplaced.length > 0) throw requestError(misplaced, context.where, context.optionAt);
  const asked = request.TrainingJobName;
  const name = await freeJobName(platform, asked, { isExact: isExactName, now: now(), signal });
  const needsBucket = places.length > 0 || request.OutputDataConfig.S3OutputPath === undefined;
  const bucket = needsBucket ? await bucketFor(request, context) : undefined;
  const prefix = trimSlashes(defaults.defaults.prefix ?? DEFAULT_PREFIX);
  const outputsOf = (jobName: string) =>
    outputsIn({ ...request, TrainingJobName: jobName }, places, { bucket, prefix });
  const locations = uniqueLocations(places);
  const uploader =
    locations.length === 0 || bucket === undefined
      ? undefined
      : context.openUploader({
          bucket,
          prefix: joined(prefix, 'uploads'),
          kmsKeyId: request.OutputDataConfig.KmsKeyId,
        });
  try {
    const uploads = await planAll(locations, uploader, signal);
    const outputs = outputsOf(name);
    const requestAs = (jobName: string) => withUploads(outputsOf(jobName).request, places, uploads);
    const planned = requestAs(name);
    // A request that cannot become final is refused before anything is uploaded.
    finalRequest(planned);
    return {
      request: planned,
      requestAs,
      uploads,
      total: totalOf(uploads),
      warnings: [...warnings, ...outputs.warnings],
      renamedFrom: name === asked ? undefined : asked,
      bucket,
      uploader,
    };
  } catch (error) {
    uploader?.close();
    throw error;
  }
}

async function planAll(
  locations: readonly LocalLocation[],
  uploader: Uploader | undefined,
  signal: SubmitContext['signal'],
) {
  const uploads: LocationUpload[] = [];
  if (uploader === undefined) return uploads;
  // One after another: each of them reads with all cores.
  for (const location of locations) uploads.push(await uploader.plan(location, { signal }));
  return uploads;
}

/**
 * The bucket of uploads and outputs: the configured one, else that of the request's own outputs, else the one that the SageMaker
 * SDK uses and makes.
 */
async function bucketFor(request: TrainingJobRequest, context: SubmitContext): Promise<string> {
  const { platform, signal, defaults } = context;
  const { bucket } = defaults.defaults;
  if (bucket !== undefined) return bucket;
  const output = parseLocation(request.OutputDataConfig.S3OutputPath ?? '');
  if ('s3' in output) return output.s3.bucket;
  return `sagemaker-${platform.region}-${await platform.accountId(signal)}`;
}

/** The request with where each of its inputs on this machine is uploaded to. */
export function withUploads(
  request: TrainingJobRequest,
  places: readonly LocalPlace[],
  uploads: readonly LocationUpload[],
): TrainingJobRequest {
  return mapUris(request, (location, path) => {
    const place = places.find((one) => one.role === 'input' && one.path === path);
    if (place === undefined || place.role !== 'input') return location;
    return uploads.find((upload) => isSame(upload.location, place.location))?.uri ?? location;
  });
}

function uniqueLocations(places: readonly LocalPlace[]): readonly LocalLocation[] {
  const all = places.flatMap((place) => (place.role === 'input' ? [place.location] : []));
  return all.filter((location, index) => all.findIndex((other) => isSame(other, location)) === index);
}

// Two channels may have the same data. The attributes of a manifest say which files belong to it.
function isSame(one: LocalLocation, other: LocalLocation): boolean {
  return (
    one.kind === other.kind && one.path === other.path && isDeepStrictEqual(one.attributeNames, other.attributeNames)
  );
}

function totalOf(uploads: readonly LocationUpload[]): FileCount {
  const counts = uploads.flatMap(({ present, copied, sent }) => [present, copied, sent]);
  const sum = (values: readonly number[]) => values.reduce((one, other) => one + other, 0);
  return { files: sum(counts.map(({ files }) => files)), bytes: sum(counts.map(({ bytes }) => bytes)) };
}

function joined(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('/');
}

function trimSlashes(prefix: string): string {
  return prefix.replaceAll(/^\/+|\/+$/g, '');
}
