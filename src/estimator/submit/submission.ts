import type { TrainingJobRequest } from '../../request/request.ts';
import type { CloudPlatform } from '../cloud/cloud-platform.ts';
import type { FoundDefaults } from '../configuration/defaults.ts';
import type { FileCount, LocalLocation, LocationUpload, Uploader, UploadTarget } from '../upload/uploader.ts';

/** What a submission works with. */
export interface SubmitContext {
  readonly platform: CloudPlatform;
  readonly openUploader: (target: UploadTarget) => Uploader;
  readonly defaults: FoundDefaults;
  /** Local paths in the request count from here. Absolute. */
  readonly baseDir: string;
  /** What messages call the request. */
  readonly where: string;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((location: LocalLocation, doneBytes: number, totalBytes: number) => void) | undefined;
}

/** A job that is ready to be created: checked, with its defaults; nothing has been sent. */
export interface PreparedSubmission {
  /** As CreateTrainingJob takes it: each local location is replaced by where it goes. */
  readonly request: TrainingJobRequest;
  readonly uploads: readonly LocationUpload[];
  readonly total: FileCount;
  readonly warnings: readonly string[];
}

export interface SubmittedJob {
  readonly name: string;
  readonly arn: string;
  readonly request: TrainingJobRequest;
  readonly uploads: readonly LocationUpload[];
}
