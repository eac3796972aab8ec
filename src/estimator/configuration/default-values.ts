import { nearest } from '../../errors/nearest.ts';
import { quoteValue } from '../../errors/quote-value.ts';
import { isObject } from '../../request/is-json-object.ts';
import { type Problem, pathTo } from '../../request/problem.ts';
import type { Defaults } from './defaults.ts';

/** The kind of a value, and how messages call it. */
interface Kind {
  readonly expected: string;
  readonly accepts: (value: unknown) => boolean;
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isBucket = (value: unknown) => isText(value) && /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(value);
const isTag = (value: unknown) =>
  isObject(value) && isText(value['Key']) && typeof value['Value'] === 'string' && Object.keys(value).length === 2;

// Parts that S3 keeps and other programs change, and keys that cannot be listed.
const isPrefix = (value: unknown) =>
  isText(value) &&
  value.length <= 512 &&
  !/\p{Cc}/u.test(value) &&
  !/^\.{1,2}$|\/\/|(?:^|\/)\.{1,2}(?:\/|$)/.test(value.replaceAll(/^\/+|\/+$/g, ''));

const TEXT: Kind = { expected: 'text', accepts: isText };
const BUCKET: Kind = { expected: 'the name of a bucket, without s3://', accepts: isBucket };
const PREFIX: Kind = {
  expected: 'a prefix of at most 512 characters without control characters and empty, "." or ".." parts',
  accepts: isPrefix,
};
const FLAG: Kind = { expected: 'true or false', accepts: (value) => typeof value === 'boolean' };
const TEXTS: Kind = {
  expected: 'a list of texts',
  accepts: (value) => Array.isArray(value) && value.length > 0 && value.every(isText),
};
const TAGS: Kind = {
  expected: 'a list of {"Key": "…", "Value": "…"}',
  accepts: (value) => Array.isArray(value) && value.every(isTag),
};
const VARIABLES: Kind = {
  expected: 'an object of texts',
  accepts: (value) => isObject(value) && Object.values(value).every((text) => typeof text === 'string'),
};

const KINDS: Readonly<Record<keyof Defaults, Kind>> = {
  roleArn: TEXT,
  bucket: BUCKET,
  prefix: PREFIX,
  region: TEXT,
  subnets: TEXTS,
  securityGroupIds: TEXTS,
  outputKmsKeyId: TEXT,
  volumeKmsKeyId: TEXT,
  tags: TAGS,
  environment: VARIABLES,
  enableNetworkIsolation: FLAG,
  encryptInterContainerTraffic: FLAG,
  disableProfiler: FLAG,
};

/** Names of all defaults, as a project file writes them. */
export const DEFAULT_NAMES = Object.keys(KINDS) as readonly (keyof Defaults)[];

/** What is wrong with the value of a default; undefined if it is right. The request's own check follows later. */
export function defaultProblem(name: keyof Defaults, value: unknown, path: string): Problem | undefined {
  const { expected, accepts } = KINDS[name];
  if (accepts(value)) return undefined;
  const got = typeof value === 'string' ? quoteValue(value) : typeName(value);
  return { path, message: `expected ${expected}, got ${got}` };
}

/** A problem for each name of an object that is not among `known`. */
export function unknownNames(value: object, known: readonly string[], path: string): readonly Problem[] {
  return Object.keys(value)
    .filter((name) => !known.includes(name))
    .map((name) => {
      const near = nearest(name, known);
      const fix = near === undefined ? `Use one of ${known.join(', ')}.` : `Did you mean "${near}"?`;
      return { path: pathTo(path, name), message: 'there is no such setting', fix };
    });
}

function typeName(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  return typeof value === 'object' ? 'an object' : `the ${typeof value} ${String(value)}`;
}
