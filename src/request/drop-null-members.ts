import { isObject } from './is-json-object.ts';
import { mapMembers, memberShape, type ServiceModel, type Shape, shapeNamed } from './shapes.ts';

/**
 * A request without the members that are null: the API's SDKs do not send them, and an empty line in YAML is one. Null
 * items of lists, null values of maps, and members that the API does not know stay, for {@link checkShape} to report.
 */
export function dropNullMembers(value: unknown, model: ServiceModel): unknown {
  return withoutNulls(value, model.requestShape, model);
}

function withoutNulls(value: unknown, shapeName: string, model: ServiceModel): unknown {
  const shape = shapeNamed(model, shapeName);
  const given = shape.type === 'structure' && isObject(value) ? knownNullsDropped(value, shape) : value;
  return mapMembers(given, shape, (content, name) => withoutNulls(content, name, model));
}

function knownNullsDropped(value: Readonly<Record<string, unknown>>, shape: Shape): Record<string, unknown> {
  const isKept = ([member, content]: [string, unknown]) =>
    (content !== null && content !== undefined) || memberShape(shape, member) === undefined;
  return Object.fromEntries(Object.entries(value).filter(isKept));
}
