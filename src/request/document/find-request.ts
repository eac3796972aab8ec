import { isObject } from '../is-json-object.ts';
import { pathTo } from '../problem.ts';

/** A request inside of another document. */
export interface FoundRequest {
  /** `States.Train.Parameters`; ` (as text)` follows what is a JSON text itself. */
  readonly path: string;
  /** A member that is not written as CreateTrainingJob does, such as `training_job_name`. */
  readonly otherSpelling: string | undefined;
  /** Whether some names end in `.$`, as Step Functions marks values that it computes. */
  readonly isComputed: boolean;
}

const REQUEST_MEMBERS = [
  'TrainingJobName',
  'AlgorithmSpecification',
  'RoleArn',
  'InputDataConfig',
  'OutputDataConfig',
  'ResourceConfig',
  'StoppingCondition',
  'HyperParameters',
] as const;
const BY_PLAIN_NAME = new Map<string, string>(REQUEST_MEMBERS.map((name) => [plain(name), name]));
/** As many of the members, with the specification of the algorithm: few other objects have so many. */
const ENOUGH_MEMBERS = 3;
// A definition of a large pipeline has some thousands.
const MOST_VALUES = 20_000;
const MOST_LEVELS = 50;

/** The first object in a document that looks like a request: also in JSON texts, and with names in another spelling. */
export function findRequest(value: unknown): FoundRequest | undefined {
  let left = MOST_VALUES;
  const search = (content: unknown, path: string, level: number): FoundRequest | undefined => {
    left -= 1;
    if (left < 0 || level > MOST_LEVELS) return undefined;
    if (typeof content === 'string') return search(jsonObjectIn(content), `${path} (as text)`, level + 1);
    if (typeof content !== 'object' || content === null) return undefined;
    const found = isObject(content) ? describeRequest(content, path) : undefined;
    if (found !== undefined) return found;
    for (const [name, inner] of Object.entries(content)) {
      const deeper = search(inner, pathTo(path, Array.isArray(content) ? Number(name) : name), level + 1);
      if (deeper !== undefined) return deeper;
    }
    return undefined;
  };
  return search(value, '', 0);
}

function describeRequest(object: Readonly<Record<string, unknown>>, path: string): FoundRequest | undefined {
  const members = Object.keys(object).filter((name) => BY_PLAIN_NAME.has(plain(name)));
  const isRequest = members.some((name) => plain(name) === plain('AlgorithmSpecification'));
  if (!isRequest || members.length < ENOUGH_MEMBERS) return undefined;
  const isComputed = members.some((name) => name.endsWith('.$'));
  const otherSpelling = members.find((name) => BY_PLAIN_NAME.get(plain(name)) !== name.replace(/\.\$$/, ''));
  return { path, otherSpelling, isComputed };
}

/** The name of a member in CreateTrainingJob's spelling. */
export function requestMember(name: string): string {
  return BY_PLAIN_NAME.get(plain(name)) ?? name;
}

function plain(name: string): string {
  return name.replace(/\.\$$/, '').replaceAll(/[_-]/g, '').toLowerCase();
}

function jsonObjectIn(text: string): unknown {
  if (!/^\s*\{/.test(text) || !/algorithm/i.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // No JSON: no request either.
    return undefined;
  }
}
