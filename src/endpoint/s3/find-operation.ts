import { ServiceError } from '../http/service-error.ts';
import { type Level, OPERATION_FORMS, type OperationForm } from './operation-names.ts';
import type { S3Call } from './s3-call.ts';

const MARKS = new Set(OPERATION_FORMS.flatMap(({ marks }) => marks.map(nameOf)));

/**
 * The operation that a request asks for: of those whose marks it has, the one with the most.
 * @throws ServiceError MethodNotAllowed
 */
export function findOperation(call: S3Call): string {
  const level = levelOf(call);
  const { method } = call.request;
  const isMarked = [...call.query.keys()].some((name) => MARKS.has(name) && !NEVER_ALONE.has(name));
  const best = OPERATION_FORMS.filter(
    (form) => form.level === level && form.method === method && form.marks.every((mark) => hasMark(call, mark)),
  ).reduce<OperationForm | undefined>(
    (a, b) => (a === undefined || b.marks.length > a.marks.length ? b : a),
    undefined,
  );
  if (best === undefined || (isMarked && best.marks.length === 0)) throw methodNotAllowed(method, level);
  return best.name;
}

// Parameters that say something only beside others.
const NEVER_ALONE = new Set(['id', 'list-type', 'partNumber', 'annotationName']);

function levelOf({ bucketName, key }: S3Call): Level {
  if (bucketName === '') return 'service';
  return key === '' ? 'bucket' : 'object';
}

function hasMark({ query, headers }: S3Call, mark: string): boolean {
  if (mark === 'x-amz-copy-source') return headers[mark] !== undefined;
  const [name = '', value] = mark.split('=');
  return value === undefined ? query.has(name) : query.get(name) === value;
}

function nameOf(mark: string): string {
  return mark.split('=')[0] ?? '';
}

export function methodNotAllowed(method: string, level: Level): ServiceError {
  const message = 'The specified method is not allowed against this resource.';
  return new ServiceError('MethodNotAllowed', 405, message, { Method: method, ResourceType: level.toUpperCase() });
}
