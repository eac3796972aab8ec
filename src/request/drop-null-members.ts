import { isObject } from './is-json-object.ts';
import { mapMembers, memberShape, type ServiceModel, type Shape, shapeNamed } from './shapes.ts';

/**
 * A request without the members that are null: the API's SDKs do not send them, and an empty line in YAML is one. Null
 * items of lists, null values of maps, and members that the API does not know stay, for {@link checkShape} to report.
 * `isLocal`: also without empty lists that the API wants absent, and that programs write nevertheless.
 */
export function dropNullMembers(value: unknown, model: ServiceModel, isLocal = false): unknown {
  return withoutNulls(value, model.requestShape, { model, isLocal });
}

interface Dropping {
  readonly model: ServiceModel;
  readonly isLocal: boolean;
}

function withoutNulls(value: unknown, shapeName: string, dropping: Dropping): unknown {
  const shape = shapeNamed(dropping.model, shapeName);
  const given = shape.type === 'structure' && isObject(value) ? withoutMembers(value, shape, dropping) : value;
  return mapMembers(given, shape, (content, name) => withoutNulls(content, name, dropping));
}

function withoutMembers(
  value: Readonly<Record<string, unknown>>,
  shape: Shape,
  { model, isLocal }: Dropping,
): Record<string, unknown> {
  const isKept = ([member, content]: [string, unknown]) => {
    const target = memberShape(shape, member);
    if (target === undefined) return true;
    if (content === null || content === undefined) return false;
    const isEmpty = Array.isArray(content) && content.length === 0;
    return !isEmpty || !isLocal || shapeNamed(model, target).type !== 'list' || shape.required?.includes(member);
  };
  return Object.fromEntries(Object.entries(value).filter(isKept));
}
