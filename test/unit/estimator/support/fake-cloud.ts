import { OptmlError } from '../../../../src/errors/error.ts';
import type { CloudPlatform } from '../../../../src/estimator/cloud/cloud-platform.ts';
import type { SubmitContext } from '../../../../src/estimator/submit/submission.ts';
import type {
  LocalLocation,
  LocationUpload,
  Uploader,
  UploadTarget,
} from '../../../../src/estimator/upload/uploader.ts';
import type { TrainingJobDescription } from '../../../../src/jobs/describe/describe.ts';
import type { TrainingJobRequest } from '../../../../src/request/request.ts';

/** What a submission did with a cloud that exists in memory only. */
export interface FakeCloud {
  readonly platform: CloudPlatform;
  readonly openUploader: SubmitContext['openUploader'];
  readonly started: TrainingJobRequest[];
  readonly targets: UploadTarget[];
  readonly uploaded: LocalLocation[];
  /** Uploaders that are not closed. */
  readonly open: () => number;
}

interface FakeSettings {
  /** Names that jobs have. */
  readonly names?: Iterable<string>;
  /** Names that are taken between the plan and the start. */
  readonly takenLater?: Iterable<string>;
  readonly upload?: Uploader['upload'];
}

const NONE = { files: 0, bytes: 0 };

export function fakeCloud({ names = [], takenLater = [], upload }: FakeSettings = {}): FakeCloud {
  const known = new Set(names);
  const later = new Set(takenLater);
  const started: TrainingJobRequest[] = [];
  const targets: UploadTarget[] = [];
  const uploaded: LocalLocation[] = [];
  let open = 0;
  const notFaked = () => {
    throw new OptmlError('DEFECT', 'not faked');
  };
  const platform: CloudPlatform = {
    region: 'eu-west-1',
    accountId: async () => '123456789012',
    async start(request) {
      const name = request.TrainingJobName;
      if (known.has(name) || later.has(name)) throw new OptmlError('JOB_NAME_IN_USE', name);
      started.push(request);
      return { TrainingJobArn: `arn:aws:sagemaker:eu-west-1:123456789012:training-job/${name}` };
    },
    async describe(name) {
      if (!known.has(name)) throw new OptmlError('JOB_NOT_FOUND', name);
      return { TrainingJobName: name } as TrainingJobDescription;
    },
    stop: notFaked,
    wait: notFaked,
    logs: notFaked,
    follow: notFaked,
    credentials: notFaked,
    close: () => undefined,
  };
  const openUploader = (target: UploadTarget): Uploader => {
    targets.push(target);
    open++;
    const plan = async (location: LocalLocation): Promise<LocationUpload> => ({
      location,
      uri: `s3://${target.bucket}/${target.prefix}/hash-of-${location.name}/`,
      present: NONE,
      copied: NONE,
      sent: { files: 2, bytes: 10 },
    });
    return {
      plan,
      async upload(location, options) {
        uploaded.push(location);
        return upload === undefined ? plan(location) : upload(location, options);
      },
      close: () => void open--,
    };
  };
  return { platform, openUploader, started, targets, uploaded, open: () => open };
}
