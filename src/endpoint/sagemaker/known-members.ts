import { isObject } from '../../request/is-json-object.ts';
import { mapMembers, memberShape, type ServiceModel, shapeNamed } from '../../request/shapes.ts';

/** The input of an operation without the members that its model lacks: the service ignores those of newer clients. */
export function knownMembers(value: unknown, model: ServiceModel, shapeName: string = model.requestShape): unknown {
  const shape = shapeNamed(model, shapeName);
  if (shape.type === 'map' && isObject(value)) {
    const entries = Object.entries(value).map(([key, content]) => [
      key,
      knownMembers(content, model, shape.value ?? ''),
    ]);
    return Object.fromEntries(entries);
  }
  const known =
    shape.type === 'structure' && isObject(value)
      ? Object.fromEntries(Object.entries(value).filter(([member]) => memberShape(shape, member) !== undefined))
      : value;
  return mapMembers(known, shape, (content, target) => knownMembers(content, model, target));
}
