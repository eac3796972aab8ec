import { isObject } from './is-json-object.ts';
import { memberShape, type ServiceModel, type Shape, shapeNamed } from './shapes.ts';

/**
 * The parts of a request whose type is right, for rules that read several of them: members of another type are absent, and so
 * are unknown ones. Structures in lists stay, at least empty, so that the others keep their numbers. Limits do not matter.
 */
export function usableParts(value: unknown, model: ServiceModel): Readonly<Record<string, unknown>> {
  const usable = usablePart(value, model.requestShape, model);
  return isObject(usable) ? usable : {};
}

function usablePart(value: unknown, name: string, model: ServiceModel): unknown {
  const shape = shapeNamed(model, name);
  switch (shape.type) {
    case 'structure':
      return isObject(value) ? usableMembers(value, (member) => memberShape(shape, member), model) : undefined;
    case 'map':
      return isObject(value) ? usableMembers(value, () => shape.value, model) : undefined;
    case 'list':
      return Array.isArray(value) ? usableItems(value, shape, model) : undefined;
    case 'string':
      return typeof value === 'string' ? value : undefined;
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined;
    case 'timestamp':
      return typeof value === 'number' ? value : undefined;
    default:
      return Number.isInteger(value) ? value : undefined;
  }
}

function usableMembers(
  value: Readonly<Record<string, unknown>>,
  shapeOf: (member: string) => string | undefined,
  model: ServiceModel,
): Readonly<Record<string, unknown>> {
  const members = Object.entries(value).flatMap(([member, content]) => {
    const target = shapeOf(member);
    const usable = target === undefined ? undefined : usablePart(content, target, model);
    return usable === undefined ? [] : [[member, usable] as const];
  });
  return Object.fromEntries(members);
}

// Of a list that is too long, the first items as many as it may have.
function usableItems(value: readonly unknown[], { member = '', max }: Shape, model: ServiceModel): unknown {
  const items = value.slice(0, max).map((item) => usablePart(item, member, model));
  if (shapeNamed(model, member).type === 'structure') return items.map((item) => item ?? {});
  return items.includes(undefined) ? undefined : items;
}
