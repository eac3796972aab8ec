import { checkShape, type Scalars } from './check-shape.ts';
import { dropNullMembers } from './drop-null-members.ts';
import { isObject } from './is-json-object.ts';
import { LOCAL_VALUES } from './local-values.ts';
import type { Problem } from './problem.ts';
import type { ServiceModel } from './shapes.ts';

/** An operation of the API: the shapes of its requests, and what it demands besides. */
export interface Operation<Request> extends ServiceModel {
  readonly rules: readonly Rule<Request>[];
}

/** What a request must satisfy beyond its shapes. `isLocal`: paths and instances of this machine are allowed. */
export interface Rule<Request> {
  readonly check: (request: Request, isLocal: boolean) => readonly Problem[];
  /** The top-level members that `check` reads. If the shape of one is wrong, the rule is left out. */
  readonly members: readonly string[];
}

/** What became of checking a request: the request, or all that is wrong with it. */
export type CheckedRequest<Request> =
  | { readonly request: Request; readonly problems?: never }
  | { readonly problems: readonly Problem[]; readonly request?: never };

/**
 * Checks a request by the API's own model and by the operation's further rules, and lists all that is wrong at once. Null
 * members are absent from the result. With `isLocal` places and instances of this machine are taken too, and a role and a
 * volume may be left out. `scalars`: how a document writes its numbers, for messages.
 */
export function checkRequest<Request extends object>(
  operation: Operation<Request>,
  value: unknown,
  isLocal: boolean,
  scalars: Scalars = new Map(),
): CheckedRequest<Request> {
  const given = dropNullMembers(value, operation);
  const shapeProblems = checkShape(given, operation, { scalars, ...(isLocal && { leniency: LOCAL_VALUES }) });
  if (!isObject(given)) return { problems: shapeProblems };
  // The rules read only members whose shape is right.
  const request = given as Request;
  const misshapen = new Set(shapeProblems.map(({ path }) => /^\w*/.exec(path)?.[0] ?? ''));
  const rules = operation.rules.filter(({ members }) => !members.some((member) => misshapen.has(member)));
  const problems = [...shapeProblems, ...rules.flatMap(({ check }) => check(request, isLocal))];
  return problems.length > 0 ? { problems } : { request };
}
