import { checkShape, type Leniency, type Scalars } from './check-shape.ts';
import { dropNullMembers } from './drop-null-members.ts';
import { isObject } from './is-json-object.ts';
import { LOCAL_VALUES } from './local-values.ts';
import { areRelated, type Problem } from './problem.ts';
import type { ServiceModel } from './shapes.ts';
import { usableParts } from './usable-parts.ts';

/** An operation of the API: the shapes of its requests, and its further rules. */
export interface Operation<Request> extends ServiceModel {
  readonly rules: readonly Rule<Request>[];
}

/**
 * What a request must satisfy beyond its shapes: all that is wrong. Receives the parts whose type is right: a member may be
 * absent although the type `Request` demands it. `isLocal`: paths and instances of this machine are allowed.
 */
export type Rule<Request> = (request: Request, isLocal: boolean) => readonly Problem[];

/** What became of checking a request: the request, or all that is wrong with it. */
export type CheckedRequest<Request> =
  | { readonly request: Request; readonly problems?: never }
  | { readonly problems: readonly Problem[]; readonly request?: never };

/**
 * Checks a request by the API's own model and by the operation's further rules, and lists everything that is wrong. Null
 * members are absent from the result. With `isLocal` places and instances of this machine are taken too, a role and a volume
 * may be left out, and a list that may be absent may be empty. `scalars`: how a document writes its numbers, for messages. `leniency`: which
 * values pass beside those of the API's model.
 */
export function checkRequest<Request extends object>(
  operation: Operation<Request>,
  value: unknown,
  isLocal: boolean,
  scalars: Scalars = new Map(),
  leniency: Leniency | undefined = isLocal ? LOCAL_VALUES : undefined,
): CheckedRequest<Request> {
  const given = dropNullMembers(value, operation, isLocal);
  const shapeProblems = checkShape(given, operation, { scalars, ...(leniency !== undefined && { leniency }) });
  if (!isObject(given)) return { problems: shapeProblems };
  const usable = usableParts(given, operation) as Request;
  // Of a member that is missing or has another type, a rule would repeat that, or report what is not so.
  const isKnown = (problem: Problem) =>
    shapeProblems.some(({ path, isMisshapen }) =>
      isMisshapen ? areRelated(path, problem.path) : path === problem.path,
    );
  const ruleProblems = operation.rules.flatMap((check) => check(usable, isLocal)).filter((found) => !isKnown(found));
  const problems = [...shapeProblems, ...ruleProblems];
  return problems.length > 0 ? { problems } : { request: given as Request };
}
