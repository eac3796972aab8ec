import type { Service, ServiceAnswer, ServiceRequest } from '../http/service.ts';
import { ServiceError } from '../http/service-error.ts';
import type { Input } from './input.ts';
import { readForm } from './query-form.ts';
import { answerXml, errorXml } from './query-xml.ts';
import { readBody } from './read-body.ts';

/** Answers one operation: `input` are the parameters of the form, of which nothing has been checked. */
export type QueryOperation = (input: Input, request: ServiceRequest) => object | Promise<object>;

/** A service with the query protocol of AWS: forms in, XML out. */
export interface QueryProtocol {
  /** The version of the API, such as `2011-06-15`. */
  readonly version: string;
  /** The namespace of its XML. */
  readonly namespace: string;
  readonly operations: Readonly<Record<string, QueryOperation>>;
  /** What the service serves, for the refusal of other operations. */
  readonly served: string;
}

const MOST_BYTES = 1 << 20;

/** The service of a table of operations. An operation throws a ServiceError for each error that its client sees. */
export function queryService(protocol: QueryProtocol): Service {
  return {
    async answer(request) {
      const { namespace } = protocol;
      try {
        const input = readForm(await formOf(request));
        const action = actionOf(input);
        const operation = Object.hasOwn(protocol.operations, action) ? protocol.operations[action] : undefined;
        if (operation === undefined) throw unknownAction(action, protocol);
        const output = await operation(input, request);
        return xml(request, 200, answerXml(action, namespace, request.id, output as Readonly<Record<string, unknown>>));
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
        return xml(request, error.status, errorXml(namespace, request.id, error));
      }
    },
  };
}

// Parameters may stand in the address of a GET, too.
async function formOf(request: ServiceRequest): Promise<URLSearchParams> {
  const body = await readBody(request, MOST_BYTES);
  return request.method === 'GET' ? request.query : new URLSearchParams(body.toString('utf8'));
}

function actionOf(input: Input): string {
  const action = input['Action'];
  if (typeof action === 'string' && /^[A-Za-z]{1,100}$/.test(action)) return action;
  throw new ServiceError(
    'MissingAction',
    400,
    'The request does not name an operation: the parameter Action is missing.',
  );
}

function unknownAction(action: string, { version, served }: QueryProtocol): ServiceError {
  return new ServiceError(
    'InvalidAction',
    400,
    `Could not find operation ${action} for version ${version}: it is not part of optml, whose local endpoint serves ${served}.`,
  );
}

function xml({ id }: ServiceRequest, status: number, body: string): ServiceAnswer {
  return { status, headers: { 'Content-Type': 'text/xml', 'x-amzn-RequestId': id }, body };
}
