import { existsSync, mkdirSync } from 'node:fs';
import { OptmlError } from '../errors/error.ts';
import type { Log } from '../log/log.ts';

/**
 * Prepares intermediate output (contract C56): with a location and no folder yet, makes `output/intermediate`. A
 * `file://` location means no upload.
 *
 * @throws OptmlError OUTPUT_LOCATION_INVALID for a scheme other than `s3` and `file`.
 */
export function prepareIntermediateOutput(location: string | null, dir: string, log: Log): void {
  if (location === null || existsSync(dir)) return;
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(location)?.[1]?.toLowerCase() ?? '';
  if (scheme !== 's3' && scheme !== 'file') {
    throw new OptmlError(
      'OUTPUT_LOCATION_INVALID',
      `expected sagemaker_s3_output to start with s3:// or file://, got "${location}"`,
      {
        where: 'hyperparameter sagemaker_s3_output',
        fix: 'Give an s3:// location, or leave the hyperparameter out.',
      },
    );
  }
  mkdirSync(dir, { recursive: true });
  if (scheme === 's3')
    log.warn(
      `${dir} is not uploaded to ${location} while training runs: this version of optml does not sync intermediate output`,
    );
}
