import { EXIT_CODES } from '../contract/exit-codes.ts';
import { checkEngineOptions, checkSeconds } from '../engines/check-engine-options.ts';
import { OptmlError } from '../errors/error.ts';
import { quoteValue } from '../errors/quote-value.ts';
import type { LocalEndpointOptions } from './local-endpoint.ts';
import { isBucketName } from './s3/bucket-name.ts';

/**
 * Checks options before anything is opened. Programs pass them too, whose types no compiler may have checked.
 *
 * @throws OptmlError USAGE.
 */
export function checkEndpointOptions(options: LocalEndpointOptions): void {
  const { port, host, dataDir, buckets = {}, jobs = {} } = options;
  checkWhole('port', port, [0, 65_535]);
  checkText('host', host);
  checkText('dataDir', dataDir);
  for (const [name, dir] of Object.entries(buckets)) checkBucket(name, dir);
  checkEngineOptions(jobs);
  checkSeconds('stopGraceSeconds', jobs.stopGraceSeconds);
  checkWhole('parallel', jobs.parallel, [1, Number.MAX_SAFE_INTEGER]);
  if (jobs.images !== undefined && !Array.isArray(jobs.images)) {
    throw usage('expected the option `images` to be a list', { fix: "Pass [{ pattern: '*', name: 'process' }]." });
  }
}

function checkBucket(name: string, dir: unknown): void {
  checkText(`buckets.${name}`, dir);
  if (isBucketName(name)) return;
  throw usage(`${quoteValue(name)} cannot be the name of a bucket`, {
    fix: 'Use 3 to 63 lowercase letters, digits, dots and hyphens.',
  });
}

function checkWhole(option: string, value: unknown, [least, most]: readonly [number, number]): void {
  if (value === undefined || (Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most)) return;
  const range = most === Number.MAX_SAFE_INTEGER ? `from ${least} on` : `from ${least} to ${most}`;
  throw usage(`expected the option \`${option}\` to be a whole number ${range}, got ${String(value)}`, {
    fix: 'Pass such a number, or leave it out.',
  });
}

function checkText(option: string, value: unknown): void {
  if (value === undefined || (typeof value === 'string' && value !== '')) return;
  throw usage(
    `expected the option \`${option}\` to be a string, got ${value === '' ? 'an empty one' : String(value)}`,
    {
      fix: 'Pass a string, or leave it out.',
    },
  );
}

function usage(message: string, { fix }: { readonly fix: string }): OptmlError {
  return new OptmlError('USAGE', message, { fix, exitCode: EXIT_CODES.usage });
}
