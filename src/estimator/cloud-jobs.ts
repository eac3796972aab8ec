import { isEndpointHere } from '../aws/is-endpoint-here.ts';
import { printMessage } from '../log/print.ts';
import type { CloudPlatform } from './cloud/cloud-platform.ts';
import type { FoundDefaults } from './configuration/defaults.ts';
import { findDefaults } from './configuration/find-defaults.ts';
import { downloadModelOf } from './download-model.ts';
import type { JobPlatform, SubmitOptions } from './job-platform.ts';
import { cloudMetrics } from './jobs/cloud-metrics.ts';
import { withRoleArn } from './jobs/role-arn.ts';
import { sessionDefaults, sessionVariables } from './jobs/session-settings.ts';
import type { Session } from './session.ts';
import { prepareSubmission } from './submit/plan-submission.ts';
import type { SubmitContext } from './submit/submission.ts';
import { submitTrainingJob } from './submit/submit-training-job.ts';
import { makeBucket } from './upload/make-bucket.ts';
import { openUploader } from './upload/open-uploader.ts';

const SILENT = { info: () => undefined, warn: () => undefined, debug: () => undefined };

/** The jobs of SageMaker, or of what answers at the configured endpoint. */
export async function openCloudJobs(session: Session): Promise<JobPlatform> {
  const { openCloudPlatform } = await import('#estimator/cloud/open-cloud-platform');
  const { region, profile, endpointUrl, baseDir } = session;
  const log = { warn: (message: string) => printMessage(`Warning: ${message}`), debug: () => undefined };
  const platform = openCloudPlatform({ variables: session.variables, region, profile, endpointUrl, log });
  const variables = () => sessionVariables(session, platform);
  let found: Promise<FoundDefaults> | undefined;
  const defaults = () => {
    found ??= readDefaults(session, platform).catch((error: unknown) => {
      found = undefined;
      throw error;
    });
    return found;
  };
  const context = async ({ signal, warn }: SubmitOptions): Promise<SubmitContext> => {
    const forUploads = await variables();
    return {
      platform,
      openUploader: (target) =>
        openUploader({ target, variables: forUploads, log: { ...SILENT, warn }, accountId: platform.accountId }),
      defaults: await defaults(),
      baseDir,
      where: 'the estimator',
      isExactName: true,
      isAnyImage: await isEndpointHere(session),
      signal,
    };
  };
  return {
    region: platform.region,
    defaultOutput: async () => defaultOutput(await defaults(), platform),
    submit: async (request, options) => {
      const submission = await context(options);
      const { bucket } = submission.defaults.defaults;
      if (submission.isAnyImage === true && bucket !== undefined) {
        const made = { variables: await variables(), log: SILENT, accountId: platform.accountId, isBucketMade: true };
        await makeBucket(bucket, made, options.signal);
      }
      const prepared = await prepareSubmission(await withRoleArn(request, platform), submission);
      for (const warning of prepared.warnings) options.warn(warning);
      return submitTrainingJob(prepared, submission);
    },
    stop: platform.stop,
    describe: platform.describe,
    wait: platform.wait,
    follow: platform.follow,
    metrics: (description, signal) => cloudMetrics(platform, description, signal),
    downloadModel: async (description, dir, signal) =>
      downloadModelOf(description, dir, { variables: await variables(), signal }),
    close: platform.close,
  };
}

async function readDefaults(session: Session, platform: CloudPlatform): Promise<FoundDefaults> {
  const { baseDir } = session;
  const variables = await sessionVariables(session, platform);
  return sessionDefaults(await findDefaults({ variables, baseDir, workDir: baseDir }), session);
}

/** The bucket of the account, as the Python SDK uses it. */
async function defaultOutput({ defaults }: FoundDefaults, platform: CloudPlatform): Promise<string> {
  const bucket = defaults.bucket ?? `sagemaker-${platform.region}-${await platform.accountId()}`;
  const prefix = (defaults.prefix ?? '').replaceAll(/^\/+|\/+$/g, '');
  return `s3://${bucket}/${prefix}${prefix === '' ? '' : '/'}`;
}
