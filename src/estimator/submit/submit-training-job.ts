import { withScope } from '../../concurrency/scope.ts';
import { isOptmlError } from '../../errors/error.ts';
import { mapUris } from '../../request/local-paths.ts';
import type { TrainingJobRequest } from '../../request/request.ts';
import type { LocationUpload, Uploader } from '../upload/uploader.ts';
import { finalRequest } from './final-request.ts';
import { timedJobName } from './free-job-name.ts';
import type { PreparedSubmission, SubmitContext, SubmittedJob } from './submission.ts';

/**
 * Uploads what a prepared job needs, and creates the job. Resolves when the job exists.
 *
 * @throws OptmlError of the upload and of CreateTrainingJob; the reason of `signal` if it aborts before `onCreate` is called.
 */
export async function submitTrainingJob(prepared: PreparedSubmission, context: SubmitContext): Promise<SubmittedJob> {
  const { signal } = context;
  try {
    // An uploader makes it itself.
    if (prepared.bucket !== undefined && prepared.uploader === undefined) {
      await context.makeBucket?.(prepared.bucket, signal);
    }
    const uploads = prepared.uploader === undefined ? [] : await uploadAll(prepared, prepared.uploader, context);
    signal?.throwIfAborted();
    context.onCreate?.();
    return { ...(await create(prepared, uploads, context)), uploads };
  } finally {
    prepared.uploader?.close();
  }
}

/** All at the same time: locations with few files leave room for others. If one fails, the others end before it is thrown. */
async function uploadAll({ uploads }: PreparedSubmission, uploader: Uploader, { signal, onProgress }: SubmitContext) {
  return withScope(signal, async (scope) => {
    const running = uploads.map(({ location }) =>
      uploader.upload(location, { signal: scope.signal, onProgress }).catch((error: unknown) => {
        scope.abort(error);
        throw error;
      }),
    );
    await Promise.allSettled(running);
    scope.signal.throwIfAborted();
    return Promise.all(running);
  });
}

// Files may have changed since the plan, and then their prefix is another one.
function withResults(
  request: TrainingJobRequest,
  planned: readonly LocationUpload[],
  uploads: readonly LocationUpload[],
): TrainingJobRequest {
  const targets = new Map(planned.map(({ uri }, index) => [uri, uploads[index]?.uri ?? uri]));
  return mapUris(request, (location) => targets.get(location) ?? location);
}

/** Creates the job; under another name if somebody else has taken this one meanwhile. */
async function create(
  { request, requestAs, renamedFrom, uploads: planned }: PreparedSubmission,
  uploads: readonly LocationUpload[],
  { platform, isExactName = false, now = Date.now }: SubmitContext,
): Promise<Pick<SubmittedJob, 'name' | 'arn' | 'request'>> {
  const start = async (given: TrainingJobRequest) => {
    const one = finalRequest(withResults(given, planned, uploads));
    const { TrainingJobArn: arn } = await platform.start(one);
    return { name: one.TrainingJobName, arn, request: one };
  };
  try {
    return await start(request);
  } catch (error) {
    if (isExactName || !isOptmlError(error) || error.code !== 'JOB_NAME_IN_USE') throw error;
    return start(requestAs(timedJobName(renamedFrom ?? request.TrainingJobName, now())));
  }
}
