import { ServiceError } from '../../http/service-error.ts';

/** The rules of a form, as its policy document lists them. */
export interface Policy {
  readonly expiration: Date;
  readonly conditions: readonly Condition[];
}

export type Condition =
  | { readonly kind: 'eq' | 'starts-with'; readonly field: string; readonly value: string }
  | { readonly kind: 'content-length-range'; readonly min: number; readonly max: number };

/** What a form may have without a condition for it. */
const FREE_FIELDS: ReadonlySet<string> = new Set(['x-amz-signature', 'awsaccesskeyid', 'signature', 'file', 'policy']);

/** Reads a policy document in base64. @throws ServiceError InvalidPolicyDocument. */
export function parsePolicy(base64: string): Policy {
  const { expiration, conditions } = jsonOf(base64);
  const time = typeof expiration === 'string' ? Date.parse(expiration) : Number.NaN;
  if (Number.isNaN(time)) throw invalid('the expiration is missing or no date');
  if (!Array.isArray(conditions)) throw invalid('the conditions are missing or no list');
  return { expiration: new Date(time), conditions: conditions.flatMap(conditionsOf) };
}

/**
 * Checks a form against its policy.
 *
 * @throws ServiceError AccessDenied for a field that breaks a condition or has none.
 */
export function checkPolicy(policy: Policy, fields: ReadonlyMap<string, string>, now: Date): void {
  if (now > policy.expiration) throw denied('Policy expired.');
  const covered = new Set(FREE_FIELDS);
  for (const condition of policy.conditions) {
    if (condition.kind === 'content-length-range') continue;
    const { kind, field, value } = condition;
    covered.add(field);
    const given = fields.get(field) ?? '';
    if (kind === 'eq' ? given === value : given.startsWith(value)) continue;
    throw denied(`Policy Condition failed: ${JSON.stringify([kind, `$${field}`, value])}`);
  }
  const extra = [...fields.keys()].filter((name) => !covered.has(name) && !name.startsWith('x-ignore-'));
  // The bucket is in the URL.
  const uncovered = extra.filter((name) => name !== 'bucket');
  if (uncovered.length > 0) throw denied(`Extra input fields: ${uncovered.join(', ')}`);
}

/** How many bytes the file may have. */
export function allowedBytes({ conditions }: Policy): { readonly minBytes: number; readonly maxBytes: number } {
  const ranges = conditions.flatMap((condition) => (condition.kind === 'content-length-range' ? [condition] : []));
  return {
    minBytes: Math.max(0, ...ranges.map(({ min }) => min)),
    maxBytes: Math.min(Number.MAX_SAFE_INTEGER, ...ranges.map(({ max }) => max)),
  };
}

function jsonOf(base64: string): { readonly expiration?: unknown; readonly conditions?: unknown } {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(base64, 'base64').toString('utf8'));
    if (typeof parsed === 'object' && parsed !== null) return parsed;
  } catch {
    // Reported below, as a document of another type is.
  }
  throw invalid('it is no JSON object');
}

/** `{"name": "value", …}`, `["eq", "$name", "value"]`, `["starts-with", …]` or `["content-length-range", 0, 10]`. */
function conditionsOf(condition: unknown): readonly Condition[] {
  if (!Array.isArray(condition)) {
    if (typeof condition !== 'object' || condition === null) throw invalid('a condition is neither list nor object');
    return Object.entries(condition).map(([field, value]) => matchOf('eq', field, value));
  }
  const [operator, second, third]: readonly unknown[] = condition;
  const kind = typeof operator === 'string' ? operator.toLowerCase() : '';
  if (kind === 'content-length-range') return [rangeOf(second, third)];
  if ((kind !== 'eq' && kind !== 'starts-with') || typeof second !== 'string' || !second.startsWith('$')) {
    throw invalid(`unknown condition ${JSON.stringify(condition).slice(0, 200)}`);
  }
  return [matchOf(kind, second.slice(1), third)];
}

function matchOf(kind: 'eq' | 'starts-with', field: string, value: unknown): Condition {
  if (typeof value !== 'string') throw invalid(`the value of ${JSON.stringify(field)} is no text`);
  return { kind, field: field.toLowerCase(), value };
}

function rangeOf(min: unknown, max: unknown): Condition {
  const [least, most] = [Number(min), Number(max)];
  if (!Number.isSafeInteger(least) || !Number.isSafeInteger(most))
    throw invalid('content-length-range needs two numbers');
  return { kind: 'content-length-range', min: least, max: most };
}

function invalid(why: string): ServiceError {
  return new ServiceError('InvalidPolicyDocument', 400, `Invalid Policy: ${why}.`);
}

function denied(why: string): ServiceError {
  return new ServiceError('AccessDenied', 403, `Invalid according to Policy: ${why}`);
}
