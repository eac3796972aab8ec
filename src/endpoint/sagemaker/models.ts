import type { Operation, Rule } from '../../request/check-request.ts';
import type { Shape } from '../../request/shapes.ts';
import shapes from './shapes.json' with { type: 'json' };

const SHAPES = shapes as Readonly<Record<string, Shape>>;

/** An operation of the API: the shapes of its input, and what else it demands. */
export function modelOf<Request>(
  operation: string,
  {
    requestShape = `${operation}Request`,
    rules = [],
  }: {
    readonly requestShape?: string;
    readonly rules?: readonly Rule<Request>[];
  } = {},
): Operation<Request> {
  return { operation, requestShape, shapes: SHAPES, rules };
}
