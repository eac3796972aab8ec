import { existsSync } from 'node:fs';
import { parseLocation, type S3Location } from '../contract/location.ts';
import type { TrainingEnvironment } from '../environment/training-environment.ts';
import { asOptmlError, describeError, OptmlError } from '../errors/error.ts';
import type { Log } from '../log/log.ts';
import type { StopControl } from '../process/stop-control.ts';
import type { Patience } from '../storage/s3-session.ts';
import type { IntermediateSync } from './intermediate-sync.ts';
import { makeDirectory } from './make-directory.ts';

/** Intermediate output that is uploaded while the program runs. Neither method throws: a finished training stays so. */
export interface IntermediateOutput {
  /** Begins to upload, in the background. Only the first call counts. */
  readonly start: () => void;
  /**
   * Begins the last pass, once; resolves when everything is uploaded or what is not has been named in the log. Does
   * nothing where {@link start} was not called.
   */
  readonly finish: () => Promise<void>;
}

/**
 * Prepares intermediate output (contract C56): with a location and no folder yet, makes `output/intermediate`. Returns what
 * uploads it, or undefined where nothing is uploaded: no location, `file://`, or a folder that is there already.
 *
 * @throws OptmlError OUTPUT_LOCATION_INVALID for a location that is neither `s3://BUCKET…` nor `file://…`;
 * DISK_WRITE_FAILED.
 */
export function prepareIntermediateOutput(
  environment: TrainingEnvironment,
  stop: StopControl,
  log: Log,
  patience?: Partial<Patience>,
): IntermediateOutput | undefined {
  const { s3Output, paths } = environment;
  const dir = paths.outputIntermediateDir;
  if (!s3Output) return undefined;
  if (existsSync(dir)) {
    log.info(`${dir} was there before the start: it is not uploaded (C56)`);
    return undefined;
  }
  const output = readOutputLocation(s3Output);
  makeDirectory(dir, 'the folder for intermediate output', 'Mount the output folder writable.');
  if (output === undefined) return undefined;

  let sync: Promise<IntermediateSync> | undefined;
  let end: Promise<void> | undefined;
  const start = () => {
    sync ??= import('#artifacts/intermediate-sync').then((part) =>
      part.startIntermediateSync({ environment, output, stop, log, patience }),
    );
    // The end reports it.
    sync.catch(() => undefined);
  };
  const lastPass = async () => {
    try {
      await (await sync)?.finish();
    } catch (error) {
      log.error(describeError(asOptmlError(error)));
    }
  };
  const finish = () => {
    end ??= lastPass();
    return end;
  };
  return { start, finish };
}

/** Where the output goes in S3; undefined for `file://`. */
function readOutputLocation(s3Output: string): S3Location | undefined {
  if (/^file:/i.test(s3Output)) return undefined;
  const parsed = parseLocation(s3Output);
  if ('s3' in parsed) return parsed.s3;
  const problem =
    'problem' in parsed
      ? `sagemaker_s3_output is no place in S3: ${parsed.problem}`
      : `expected sagemaker_s3_output to start with s3:// or file://, got "${s3Output}"`;
  throw new OptmlError('OUTPUT_LOCATION_INVALID', problem, {
    where: 'hyperparameter sagemaker_s3_output',
    fix: 'Give an s3:// location, or leave the hyperparameter out.',
  });
}
