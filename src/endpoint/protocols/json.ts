import type { Service, ServiceAnswer, ServiceRequest } from '../http/service.ts';
import { ServiceError } from '../http/service-error.ts';
import { type JsonMembers, parseBody } from './json-body.ts';
import { readBody } from './read-body.ts';

/** Answers one operation: `input` are the members of the body, of which nothing has been checked. */
export type JsonOperation = (input: JsonMembers, request: ServiceRequest) => object | Promise<object>;

/** A service with the protocol AWS JSON. */
export interface JsonProtocol {
  /** What `X-Amz-Target` begins with, such as `SageMaker`. */
  readonly target: string;
  readonly version: '1.0' | '1.1';
  readonly operations: Readonly<Record<string, JsonOperation>>;
  /** What the service serves, for the refusal of other operations: `training jobs`. */
  readonly served: string;
  /** Most bytes of a body. By default 4 MiB, which holds a request with the longest values of the API. */
  readonly mostBytes?: number;
}

const MOST_BYTES = 4 << 20;

/** The service of a table of operations. An operation throws a ServiceError for each error that its client sees. */
export function jsonService(protocol: JsonProtocol): Service {
  return {
    async answer(request) {
      try {
        const operation = findOperation(protocol, request);
        const input = parseBody(await readBody(request, protocol.mostBytes ?? MOST_BYTES));
        return answerOf(protocol, request, 200, await operation(input, request));
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
        return errorAnswer(protocol, request, error);
      }
    },
  };
}

/** The answer for an error, in the form of the protocol. */
export function errorAnswer(
  protocol: Pick<JsonProtocol, 'version'>,
  request: ServiceRequest,
  { code, status, message, members }: ServiceError,
): ServiceAnswer {
  // The clients of services that had the query protocol ask for the code of the error as it was there.
  const asksForQuery = request.headers['x-amzn-query-mode'] === 'true';
  const queryError = asksForQuery && { 'x-amzn-query-error': `${code};${status < 500 ? 'Sender' : 'Receiver'}` };
  return answerOf(protocol, request, status, { __type: code, message, ...members }, queryError || {});
}

function answerOf(
  { version }: Pick<JsonProtocol, 'version'>,
  { id }: ServiceRequest,
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): ServiceAnswer {
  return {
    status,
    headers: { 'Content-Type': `application/x-amz-json-${version}`, 'x-amzn-RequestId': id, ...headers },
    body: JSON.stringify(body, numberText),
  };
}

// AWS JSON writes the floats that JSON does not have as texts.
function numberText(_name: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}

function findOperation({ target, operations, served }: JsonProtocol, request: ServiceRequest): JsonOperation {
  const given = request.headers['x-amz-target'];
  const [prefix, name = '', ...others] = typeof given === 'string' ? given.split('.') : [];
  const isNamed = prefix === target && others.length === 0 && /^[A-Za-z]{1,100}$/.test(name);
  if (!isNamed) {
    throw unknownOperation(`The header X-Amz-Target does not name an operation of ${target}: ${target}.OPERATION.`);
  }
  const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
  if (operation !== undefined) return operation;
  throw unknownOperation(`${name} is not part of optml: its local endpoint serves ${served}.`);
}

function unknownOperation(message: string): ServiceError {
  return new ServiceError('UnknownOperationException', 400, message);
}
