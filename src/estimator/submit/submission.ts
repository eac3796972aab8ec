import type { TrainingJobRequest } from '../../request/request.ts';
import type { CloudPlatform } from '../cloud/cloud-platform.ts';
import type { FileCount, LocalLocation, LocationUpload, Uploader, UploadTarget } from '../upload/uploader.ts';
import type { CheckContext } from './check-submission.ts';

/** What a submission works with. */
export interface SubmitContext extends CheckContext {
  readonly platform: CloudPlatform;
  readonly openUploader: (target: UploadTarget) => Uploader;
  /** Makes the bucket of outputs, if nothing is uploaded and it is missing. By default it has to exist. */
  readonly makeBucket?: ((bucket: string, signal: AbortSignal | undefined) => Promise<void>) | undefined;
  /**
   * Refuse the name of a job that exists. By default such a job gets the name and the time, as SageMaker never uses a name
   * twice: `mnist-2026-11-30-22-45-01-123`.
   */
  readonly isExactName?: boolean | undefined;
  /** Milliseconds since 1970. By default the system's time. */
  readonly now?: (() => number) | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((location: LocalLocation, doneBytes: number, totalBytes: number) => void) | undefined;
  /** Called right before the job is created: from now on an abort has no effect. */
  readonly onCreate?: (() => void) | undefined;
}

/** A job that is ready to be created: checked, with its defaults; nothing has been sent. */
export interface PreparedSubmission {
  /** As CreateTrainingJob takes it: each local location is replaced by where it goes. */
  readonly request: TrainingJobRequest;
  /** The same request for a job of another name: outputs of this machine go to its own folder. */
  readonly requestAs: (name: string) => TrainingJobRequest;
  readonly uploads: readonly LocationUpload[];
  readonly total: FileCount;
  readonly warnings: readonly string[];
  /** The name that was asked for, if a job has it already. */
  readonly renamedFrom?: string | undefined;
  /** The bucket of uploads and of outputs without a location in S3; undefined if the job needs none. */
  readonly bucket?: string | undefined;
  /** Open, if there is something to upload. `submitTrainingJob` closes it; close it if you do not submit. */
  readonly uploader?: Uploader | undefined;
}

export interface SubmittedJob {
  readonly name: string;
  readonly arn: string;
  readonly request: TrainingJobRequest;
  readonly uploads: readonly LocationUpload[];
}
