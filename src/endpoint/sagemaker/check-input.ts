import { checkRequest, type Operation } from '../../request/check-request.ts';
import type { Problem } from '../../request/problem.ts';
import { rawRequestMask } from '../../request/request-mask.ts';
import type { ServiceModel } from '../../request/shapes.ts';
import { ServiceError } from '../http/service-error.ts';
import { type JsonMembers, serializationError } from '../protocols/json-body.ts';
import { knownMembers } from './known-members.ts';
import { violationText } from './violation-text.ts';

/**
 * The input of an operation, checked as the service checks it. Members that the model lacks are dropped.
 *
 * @throws ServiceError SerializationException for a value of another type, ValidationException with all that is wrong else.
 */
export function checkInput<Request extends object>(operation: Operation<Request>, input: JsonMembers): Request {
  const known = knownMembers(input, operation);
  const { request, problems = [] } = checkRequest(operation, known, false);
  if (request !== undefined) return request;
  const misread = problems.find(({ message, isMisshapen }) => isMisshapen && !message.startsWith('Value '));
  const mask = rawRequestMask(known);
  if (misread !== undefined) throw serializationError(mask(`${misread.path}: ${misread.message}`));
  throw violations(problems, known, operation);
}

const MOST_SHOWN = 100;

/** The error for an input that breaks rules: all of them in one text, with secrets masked. */
export function violations(problems: readonly Problem[], input: unknown, model: ServiceModel): ServiceError {
  const count = `${problems.length} validation error${problems.length === 1 ? '' : 's'} detected`;
  const texts = problems.slice(0, MOST_SHOWN).map((problem) => violationText(problem, input, model));
  return validationError(rawRequestMask(input)(`${count}: ${texts.join('; ')}`));
}

/** The error by which the service refuses an input. */
export function validationError(message: string): ServiceError {
  return new ServiceError('ValidationException', 400, message);
}
