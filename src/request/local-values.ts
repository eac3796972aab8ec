import { homedir } from 'node:os';
import { LOCAL_INSTANCE_TYPES } from '../contract/hosts.ts';
import type { Leniency } from './check-shape.ts';

/** Stands for an instance type: this machine. */
export const LOCAL_INSTANCE: string = LOCAL_INSTANCE_TYPES.plain;

// Where the API wants a role and a volume that a machine of one's own has no use for.
const OPTIONAL: ReadonlySet<string> = new Set(['RoleArn']);

/**
 * Whether `text` says where something lies on this machine: a `file://` URI, or a path that is `.` or `..` or starts with
 * `/`, `./` or `../`.
 */
export function isLocalPath(text: string): boolean {
  return /^(?:file:\/\/|\/|\.\.?(?:\/|$))/i.test(text);
}

/**
 * What to write for a text that seems to be meant as a path on this machine or a place in S3: `src`, `~/data`, `C:\\data`,
 * `file:data`, `s3:/bucket/data`.
 */
export function pathFix(text: string): string | undefined {
  if (text === '' || isLocalPath(text)) return undefined;
  const [, drive, below = ''] = /^([a-z]):[\\/](.*)$/is.exec(text) ?? [];
  if (drive !== undefined) {
    return `This is a path of Windows. In WSL, write "/mnt/${drive.toLowerCase()}/${below.replaceAll('\\', '/')}".`;
  }
  const [, scheme, rest] = /^(s3|file):\/?(?!\/)(.+)$/is.exec(text) ?? [];
  if (scheme !== undefined) return scheme.toLowerCase() === 's3' ? `Write "s3://${rest}".` : `Write "./${rest}".`;
  if (/^[a-z][a-z0-9+.-]*:/i.test(text)) return undefined;
  if (text === '~' || text.startsWith('~/')) return `Only a shell replaces "~". Write "${homedir()}${text.slice(1)}".`;
  return `For a path on this machine, write "./${text}".`;
}

// The type changes nothing on this machine, and SageMaker has newer ones than our copy of its model.
function isRunnableType(type: string): boolean {
  return isLocalInstance(type) || /^ml\.[a-z0-9-]+\.[a-z0-9-]+$/.test(type);
}

/** Whether an instance type is this machine, for optml and the SDK's local mode. */
export function isLocalInstance(type: string): boolean {
  return type === LOCAL_INSTANCE_TYPES.plain || type === LOCAL_INSTANCE_TYPES.withGpus;
}

/** What `optml run` also accepts in the members of a request, and the API does not: local paths and instances. */
export const LOCAL_VALUES: Leniency = {
  isExempt: (shape, value) =>
    typeof value === 'string' &&
    ((shape === 'S3Uri' && isLocalPath(value)) || (shape === 'TrainingInstanceType' && isRunnableType(value))),
  isOptional: (path) => OPTIONAL.has(path),
  fixOf: (shape, value) => (shape === 'S3Uri' ? pathFix(value) : undefined),
};

/**
 * What `optml submit` accepts beside the values of the API: local paths, which it uploads, and instance types that are newer
 * than our copy of its model.
 */
export const SUBMIT_VALUES: Leniency = {
  isExempt: (shape, value, path) =>
    LOCAL_VALUES.isExempt(shape, value, path) && !(typeof value === 'string' && isLocalInstance(value)),
  isOptional: () => false,
  fixOf: LOCAL_VALUES.fixOf,
};
