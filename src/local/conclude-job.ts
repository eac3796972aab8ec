import { constants } from 'node:os';
import { join } from 'node:path';
import type { OptmlError } from '../errors/error.ts';
import type { SecondaryStatus } from '../jobs/status.ts';
import { requestMask } from '../request/request-mask.ts';
import { ownedBySudoUser } from '../staging/delivery/sudo-owner.ts';
import { mlDirOf } from '../staging/ml-dirs.ts';
import { collectOutputs } from '../staging/outputs.ts';
import type { AttemptsEnd } from './attempts/run-attempts.ts';
import { keepTensorBoard } from './deliver/keep-tensorboard.ts';
import { outputsOfJob } from './deliver/outputs-of-job.ts';
import { decisiveFailure, failureReason, readFailureText } from './failure/failure-reason.ts';
import { withOutputError } from './failure/output-error.ts';
import { errorReason, jobError } from './job-error.ts';
import type { JobStop } from './job-stop.ts';
import type { RunContext } from './run-context.ts';
import type { HostFailure } from './run-hosts.ts';

/**
 * Collects the artifacts of a job whose hosts have ended, after a failure too, and gives it its last status. Logs and
 * metrics must be whole by then. Returns what kept the data of a channel or the artifacts from their way, if anything did.
 */
export async function concludeJob(end: AttemptsEnd, context: RunContext): Promise<OptmlError | undefined> {
  const { progress, stop } = context;
  const channelError = end.channelError === undefined ? undefined : jobError(end.channelError);
  const ownReason = channelError === undefined ? await reasonOf(end, context) : errorReason(channelError);
  progress.move('Uploading');
  const problem = await collect(context);
  const reason = ownReason ?? (problem && errorReason(problem));
  if (reason !== undefined) progress.note({ FailureReason: reason });
  progress.move(finalStatus(end, reason !== undefined, stop));
  return channelError ?? problem;
}

async function reasonOf(
  { firstFailure, laterFailures }: AttemptsEnd,
  context: RunContext,
): Promise<string | undefined> {
  if (firstFailure === undefined) return undefined;
  const withText = (failure: HostFailure) => {
    const text = readFailureText(mlDirOf(context, failure.host));
    // Before it is cut: of half a secret, nothing shows what it is.
    return { ...failure, text: text === undefined ? undefined : context.progress.mask(text) };
  };
  const { host, end, text } = decisiveFailure(withText(firstFailure), () => laterFailures.map(withText));
  const { dir, request } = context;
  const output = { dir, host, mlDir: mlDirOf(context, host), mask: requestMask(request) };
  const reason = failureReason(end, text && (await withOutputError(text, output)));
  // That of a host without a failure file has a fixed form (contract C50); other programs seldom name their host.
  const hosts = context.hosts.map(({ name }) => name);
  if (hosts.length > 1 && reason !== undefined && !namesHost(reason, hosts)) {
    context.warn(`The failure reason is that of ${host}, which ended with ${describeExit(end.exitCode)}`);
  }
  return reason;
}

/** Whether a reason says where something failed: `rank 3 on algo-2 failed`, `the first host, algo-1, is lost`. */
function namesHost(reason: string, hosts: readonly string[]): boolean {
  return hosts.some((host) => [' on ', 'host ', 'host, '].some((before) => reason.includes(before + host)));
}

function describeExit(code: number): string {
  const [signal] = Object.entries(constants.signals).find(([, number]) => number === code - 128) ?? [];
  return `exit code ${code}${signal === undefined ? '' : ` (${signal})`}`;
}

/** Returns what kept the artifacts from being collected. */
async function collect(context: RunContext): Promise<OptmlError | undefined> {
  const { request, stop, warn, progress, onPhase } = context;
  const { OutputDataConfig: output, TrainingJobName: jobName } = request;
  onPhase('Collecting the artifacts');
  try {
    const { others } = await ownedBySudoUser(join(output.S3OutputPath, jobName, 'output'), context, () =>
      collectOutputs({
        ...outputsOfJob(context),
        location: output.S3OutputPath,
        compressionType: output.CompressionType ?? 'GZIP',
        onModel: (model) => progress.note({ ModelArtifacts: { S3ModelArtifacts: model } }),
      }),
    );
    await keepTensorBoard(context);
    progress.note({ outputs: others, undelivered: undefined });
    return undefined;
  } catch (error) {
    if (!stop.outputs.aborted) return jobError(error);
    const hasModel = progress.record.ModelArtifacts !== undefined;
    warn(
      `The ${hasModel ? 'output data is' : 'artifacts are'} not delivered: a second stop ended the delivery. To deliver later, run: optml deliver ${jobName}`,
    );
    return undefined;
  }
}

function finalStatus({ stoppedBy }: AttemptsEnd, hasFailed: boolean, { cause, outputs }: JobStop): SecondaryStatus {
  if (hasFailed) return 'Failed';
  if (stoppedBy === 'max-runtime') return 'MaxRuntimeExceeded';
  if (stoppedBy === 'max-wait') return 'MaxWaitTimeExceeded';
  return stoppedBy === 'stop' || cause === 'stop' || outputs.aborted ? 'Stopped' : 'Completed';
}
