import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { AwsSession } from '../../aws/aws-session.ts';
import { type AwsOptions, readAwsSettings } from '../../aws/aws-settings.ts';
import { serviceEndpoint } from '../../aws/service-endpoint.ts';
import { OptmlError } from '../../errors/error.ts';
import { quoteValue } from '../../errors/quote-value.ts';
import type { Log } from '../../log/log.ts';
import type { RetryPolicy } from '../../storage/retry.ts';
import type { CloudPlatform, FollowOptions, JobUpdate } from './cloud-platform.ts';
import { createJob } from './create-job.ts';
import { describeJob } from './describe-job.ts';
import { followJob } from './follow-job.ts';
import { cloudLogSource } from './logs/cloud-log-source.ts';
import type { HostLine } from './logs/stream-reader.ts';
import { OPERATIONS } from './operations.ts';
import { type Pace, paceOf } from './pace.ts';
import { stopJob } from './stop-job.ts';
import { waitForJob } from './wait-for-job.ts';

/** How a platform is opened. */
export interface CloudSettings extends AwsOptions {
  /** Gets what happens beside the job: attempts that are repeated. By default nothing does. */
  readonly log?: Pick<Log, 'warn' | 'debug'> | undefined;
  /** By default about a minute of attempts; waits for a job make more. */
  readonly retry?: RetryPolicy | undefined;
  /** By default slower for AWS than for a server on this machine. */
  readonly pace?: Pace | undefined;
}

const SILENT = { warn: () => undefined, debug: () => undefined };

/**
 * SageMaker, or what answers at the configured endpoint. Region, profile and endpoint come from the options, else from the
 * variables, else from the AWS configuration files; credentials as the AWS SDK finds them. Nothing is sent before it is
 * needed.
 *
 * @throws OptmlError SETTING_INVALID without a region, AWS_REFUSED for half a pair of keys.
 */
export function openCloudPlatform(options: CloudSettings): CloudPlatform {
  const settings = readAwsSettings(options);
  const log = options.log ?? SILENT;
  const session = new AwsSession(settings, log, options.retry);
  const waiting = () => session.forWaits();
  const pace = async () => options.pace ?? paceOf(await serviceEndpoint('sagemaker', settings));
  async function* follow(job: string, followOptions: FollowOptions = {}): AsyncGenerator<JobUpdate> {
    yield* followJob({ session: waiting(), job, pace: await pace(), warn: log.warn }, followOptions);
  }
  async function* followLines(job: string, host: string | undefined, signal?: AbortSignal): AsyncGenerator<HostLine> {
    const following = { session: waiting(), job, pace: await pace(), warn: log.warn, host, hasMetrics: false };
    for await (const update of followJob(following, { signal })) if (update.type === 'log') yield update;
  }
  let account: Promise<string> | undefined;
  return {
    region: settings.region,
    accountId: (signal) => {
      account ??= accountOf(session, signal).catch((error: unknown) => {
        account = undefined;
        throw error;
      });
      return account;
    },
    start: (request, signal) => createJob(session, request, signal),
    stop: (name, signal) => stopJob(session, name, signal),
    describe: (name, signal) => describeJob(session, name, signal),
    wait: async (name, signal) => waitForJob(waiting(), name, await pace(), signal),
    logs: (name, signal) =>
      cloudLogSource(session, name, { follow: (host) => followLines(name, host, signal), signal }),
    follow: (name, followOptions) => follow(name, followOptions),
    credentials: () => session.credentials(),
    close: () => session.close(),
  };
}

async function accountOf(session: AwsSession, signal: AbortSignal | undefined): Promise<string> {
  const { Account = '' } = await session.request(OPERATIONS.identity(), signal, async (clients, options) => {
    const client = await clients.client('sts');
    return client.send(new GetCallerIdentityCommand({}), options);
  });
  if (/^\d{12}$/.test(Account)) return Account;
  throw new OptmlError('AWS_FAILED', `the service answers with the account ${quoteValue(Account)}`, {
    where: 'GetCallerIdentity',
    fix: 'Check the endpoint (AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_STS): its answer is not one of STS.',
  });
}
