import { openBuckets } from '../buckets/open-buckets.ts';
import { cloudWatchService } from './cloudwatch/cloudwatch-service.ts';
import type { KeyPair, Keys } from './credentials/keys.ts';
import type { Services } from './http/handle-request.ts';
import { iamService } from './iam/iam-service.ts';
import { type JobSettings, openJobs } from './jobs/endpoint-jobs.ts';
import { logsService } from './logs/logs-service.ts';
import { s3Service } from './s3/s3-service.ts';
import { sageMakerService } from './sagemaker/sagemaker-service.ts';
import { stsService } from './sts/sts-service.ts';

/** What the services of an endpoint work with. */
export interface LocalServiceSettings {
  /** The folder of the buckets. Absolute. */
  readonly dataDir: string;
  /** Folders of plain files by the names of the buckets that they are. Absolute. */
  readonly folders: Readonly<Record<string, string>>;
  /** Whether acknowledged writes survive a power cut. */
  readonly isDurable: boolean;
  readonly accountId: string;
  /** Names of the endpoint in `Host` headers. */
  readonly hostNames: readonly string[];
  /** Those of jobs. */
  readonly ownKeys: KeyPair;
  /** Makes temporary credentials. */
  readonly issueKeys: Keys['issue'];
  readonly url: string;
  readonly jobs: Omit<JobSettings, 'credentials' | 'localBuckets' | 'url'>;
}

export interface LocalServices {
  readonly services: Services;
  /** Stops the jobs that were created here. They still need the endpoint. An aborted `signal` ends the wait. */
  stopJobs(signal: AbortSignal): Promise<void>;
  /** Ends everything but jobs. To be called after the last request. */
  close(): Promise<void>;
}

/** Opens all services of the local endpoint. @throws OptmlError for a folder that cannot be used. */
export async function openLocalServices(settings: LocalServiceSettings): Promise<LocalServices> {
  const { dataDir, folders, isDurable, accountId, hostNames, ownKeys, issueKeys, url } = settings;
  const buckets = await openBuckets({ dataDir, folders, isDurable });
  const jobs = openJobs({ ...settings.jobs, url, credentials: ownKeys, localBuckets: dataDir });
  return {
    services: {
      s3: s3Service(buckets, { accountId, hostNames }),
      sagemaker: sageMakerService(jobs),
      logs: logsService(jobs.store),
      monitoring: cloudWatchService(jobs.store),
      sts: stsService(issueKeys),
      iam: iamService(),
    },
    stopJobs: (signal) => jobs.stopAll(signal),
    close: async () => {
      jobs.close();
      await buckets.close();
    },
  };
}
