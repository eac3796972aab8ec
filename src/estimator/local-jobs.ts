import { join } from 'node:path';
import { LOCAL_ACCOUNT } from '../contract/local-account.ts';
import { requestRegion } from '../environment/region.ts';
import { maskedError } from '../errors/masked-error.ts';
import { openStore } from '../jobs/job-store.ts';
import { localJobRunner } from '../local/local-job-runner.ts';
import { prepareRequest } from '../local/prepare-request.ts';
import { DEFAULT_OUTPUT } from '../request/flags.ts';
import type { TrainingJobRequest } from '../request/request.ts';
import { rawRequestMask } from '../request/request-mask.ts';
import { copyModelOf } from './download-model.ts';
import type { JobPlatform } from './job-platform.ts';
import { followLocalJob } from './jobs/follow-local-job.ts';
import { localMetrics } from './jobs/local-metrics.ts';
import { withRoleArn } from './jobs/role-arn.ts';
import type { Session } from './session.ts';

/** The jobs of this machine. */
export function openLocalJobs(session: Session): JobPlatform {
  const { variables, baseDir, local = {}, region = requestRegion(variables) } = session;
  const store = openStore(variables);
  const runner = localJobRunner({ ...local, variables } as Parameters<typeof localJobRunner>[0]);
  return {
    region,
    defaultOutput: async () => join(baseDir, DEFAULT_OUTPUT),
    submit: async (request) => {
      const named = await withRoleArn(request, { region, accountId: async () => LOCAL_ACCOUNT });
      const prepared = preparedRequest(named, baseDir);
      await runner.start(prepared);
      return { name: prepared.TrainingJobName, request: prepared };
    },
    stop: runner.stop,
    describe: runner.describe,
    wait: runner.wait,
    follow: (name, options) => followLocalJob(store, name, options),
    metrics: async ({ TrainingJobName: name }) => localMetrics(store.folderOf(name)),
    downloadModel: (description, dir, signal) => copyModelOf(description, dir, { variables, signal }),
    close: () => undefined,
  };
}

/** @throws OptmlError REQUEST_INVALID, which quotes no secret. */
function preparedRequest(request: TrainingJobRequest, baseDir: string) {
  try {
    return prepareRequest(request, { where: 'the estimator', baseDir, isAsPlatform: false });
  } catch (error) {
    throw maskedError(error, rawRequestMask(request), { hasCause: false });
  }
}
