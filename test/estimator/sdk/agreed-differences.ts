import type { TrainingJobRequest } from '../../../src/request/request.ts';

/** The values in a request by their paths. Lists of scalars are one value. */
export type Members = Map<string, unknown>;

/** A difference that is listed in docs/estimator.md. */
export interface AgreedDifference {
  readonly reason: string;
  /** Makes both alike if they differ in this way only, and returns whether they did. */
  readonly settle: (theirs: Members, ours: Members) => boolean;
}

export function membersOf(request: TrainingJobRequest): Members {
  const members: Members = new Map();
  collect(request, '', members);
  return members;
}

function collect(value: unknown, path: string, members: Members): void {
  if (typeof value !== 'object' || value === null) {
    members.set(path, value);
    return;
  }
  const entries = Object.entries(value);
  if (entries.length === 0) members.set(path, value);
  for (const [name, inner] of entries) collect(inner, path === '' ? name : `${path}.${name}`, members);
}

const SOURCE = /^"?s3:\/\/bucket\/.*\/sourcedir\.tar\.gz"?$/;
const SOURCE_PATHS =
  /^(?:HyperParameters\.sagemaker_submit_directory|InputDataConfig\.\d+\.DataSource\.S3DataSource\.S3Uri)$/;

export const AGREED: readonly AgreedDifference[] = [
  {
    reason: 'The source is below a hash of its content instead of the name of the job: it is sent once.',
    settle: (theirs, ours) =>
      settled(
        [...theirs.keys()].filter((path) => SOURCE_PATHS.test(path)),
        (path) => {
          const [one, other] = [String(theirs.get(path)), String(ours.get(path))];
          if (one === other || !SOURCE.test(one) || !SOURCE.test(other)) return false;
          if (one.startsWith('"') !== other.startsWith('"')) return false;
          theirs.set(path, other);
          return true;
        },
      ),
  },
  {
    reason: 'Debugger and Profiler are off unless apiMembers asks for them.',
    settle: (theirs) =>
      settled(
        [...theirs.keys()].filter((path) => /^(?:DebugHookConfig|ProfilerConfig)\b/.test(path)),
        (path) => theirs.delete(path),
      ),
  },
];

/** Further ones of jobs whose options or configuration turn something off. */
export const AGREED_FLAGS: readonly AgreedDifference[] = [
  ...AGREED,
  {
    reason: 'What an option or the configuration turns off is sent as turned off; the Python SDK leaves it out.',
    settle: (theirs, ours) =>
      settled(OFF, ([path, value]) => !theirs.has(path) && ours.get(path) === value && ours.delete(path)),
  },
  {
    reason: 'An option that is false wins over the configuration, which the Python SDK reads again for false.',
    settle: (theirs, ours) =>
      settled(['EnableInterContainerTrafficEncryption'], (path) => {
        if (theirs.get(path) !== true || ours.get(path) !== false) return false;
        return theirs.delete(path) && ours.delete(path);
      }),
  },
];

const OFF: readonly (readonly [string, boolean])[] = [
  ['EnableNetworkIsolation', false],
  ['EnableInterContainerTrafficEncryption', false],
  ['ProfilerConfig.DisableProfiler', true],
];

function settled<Item>(items: readonly Item[], settle: (item: Item) => boolean): boolean {
  return items.map(settle).includes(true);
}
