import { type S3Location, s3Uri } from '../contract/location.ts';
import { VARIABLES } from '../contract/variables.ts';
import type { TrainingEnvironment } from '../environment/training-environment.ts';
import type { Log } from '../log/log.ts';
import type { StopControl } from '../process/stop-control.ts';
import type { Patience } from '../storage/s3-session.ts';
import { FolderSync } from './folder-sync.ts';
import { GiveUp } from './give-up.ts';
import { intermediatePrefix } from './intermediate-prefix.ts';
import { pollFolder } from './poll-folder.ts';
import { reportUploads } from './upload-report.ts';

/** An upload of intermediate output under way. */
export interface IntermediateSync {
  /** The last pass, after the program's end: uploads what is not uploaded in its present state, then reports. */
  readonly finish: () => Promise<void>;
}

/** What {@link startIntermediateSync} needs. */
export interface IntermediateSyncOptions {
  readonly environment: TrainingEnvironment;
  /** Where the job's output goes (hyperparameter `sagemaker_s3_output`). */
  readonly output: S3Location;
  readonly stop: StopControl;
  readonly log: Log;
  /** Where it differs from the default of the storage. */
  readonly patience?: Partial<Patience> | undefined;
}

/**
 * Uploads `output/intermediate` while the program runs (contract C56). Neither waits for S3 nor fails because of it: what
 * could not be uploaded is named at the end. S3 is not opened before there is a file to upload.
 */
export function startIntermediateSync(options: IntermediateSyncOptions): IntermediateSync {
  const { environment, stop, log } = options;
  const dir = environment.paths.outputIntermediateDir;
  const target = intermediatePrefix(options.output, environment);
  const open = async () => {
    const { openS3 } = await import('#storage/s3');
    return openS3(s3Variables(environment), log, options.patience);
  };
  const giveUp = new GiveUp(stop, environment.settings.stopGraceSeconds);
  const sync = new FolderSync({ dir, target, open, log, signal: giveUp.signal, onProgress: giveUp.onProgress });
  log.info(`Intermediate output: ${dir} is uploaded to ${s3Uri(target)} while training runs`);
  const polling = pollFolder(sync);
  const finish = async () => {
    giveUp.watchProgress();
    const isListed = await giveUp.race(polling.stop().then(() => sync.lastPass()));
    giveUp.close();
    sync.close();
    reportUploads({ dir, target, isListed, ...sync.result() }, log);
  };
  return { finish };
}

// The reference's client for intermediate output takes the region of the hyperparameter `sagemaker_region` too.
function s3Variables({ variables, region }: TrainingEnvironment): Readonly<NodeJS.ProcessEnv> {
  return variables[VARIABLES.scriptRegion] || region === ''
    ? variables
    : { ...variables, [VARIABLES.scriptRegion]: region };
}
