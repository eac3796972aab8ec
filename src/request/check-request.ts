import { checkShape } from './check-shape.ts';
import { isObject } from './is-json-object.ts';
import { LOCAL_VALUES } from './local-values.ts';
import type { Problem } from './problem.ts';
import type { TrainingJobRequest } from './request.ts';
import { checkRules } from './rules.ts';
import { REQUEST_SHAPE } from './shapes.ts';

/** What became of checking a request: the request, or all that is wrong with it. */
export type CheckedRequest =
  | { readonly request: TrainingJobRequest; readonly problems?: never }
  | { readonly problems: readonly Problem[]; readonly request?: never };

/**
 * Checks a CreateTrainingJob request by the API's own model and by the platform's further rules (contract section 12),
 * and lists all that is wrong at once. With `isLocal` places and instances of this machine are taken too, and a role
 * and a volume may be left out.
 */
export function checkRequest(value: unknown, isLocal: boolean): CheckedRequest {
  const shapeProblems = checkShape(value, REQUEST_SHAPE, isLocal ? LOCAL_VALUES : undefined);
  if (!isObject(value)) return { problems: shapeProblems };
  const request = value as TrainingJobRequest & Record<string, unknown>;
  const misshapen = new Set(shapeProblems.map(({ path }) => /^\w*/.exec(path)?.[0] ?? ''));
  const problems = [...shapeProblems, ...checkRules(request, isLocal, misshapen)];
  return problems.length > 0 ? { problems } : { request };
}
