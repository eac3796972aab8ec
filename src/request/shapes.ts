import { OptmlError } from '../errors/error.ts';
import { isObject } from './is-json-object.ts';

/** A shape of the SageMaker API, as its service model has it; members and items by the name of their shape. */
export interface Shape {
  readonly type: 'structure' | 'list' | 'map' | 'string' | 'integer' | 'long' | 'boolean' | 'timestamp';
  /** Of a structure: member → its shape. */
  readonly members?: Readonly<Record<string, string>>;
  readonly required?: readonly string[];
  /** Of a list: the shape of its items. */
  readonly member?: string;
  /** Of a map. */
  readonly key?: string;
  readonly value?: string;
  /** Least and greatest number, or length of a text, list or map. */
  readonly min?: number;
  readonly max?: number;
  /** A regular expression of Java's that the whole text has to match. */
  readonly pattern?: string;
  readonly enum?: readonly string[];
}

/** The shapes of one operation's requests, by name. Every name in a shape is one of them. */
export interface ServiceModel {
  /** As the API calls it: `CreateTrainingJob`. */
  readonly operation: string;
  /** The shape of the whole request. */
  readonly requestShape: string;
  readonly shapes: Readonly<Record<string, Shape>>;
}

/** The shape with that name. @throws OptmlError DEFECT if the model lacks it. */
export function shapeNamed({ operation, shapes }: ServiceModel, name: string): Shape {
  const shape = Object.hasOwn(shapes, name) ? shapes[name] : undefined;
  if (shape === undefined) throw new OptmlError('DEFECT', `the service model of ${operation} has no shape ${name}`);
  return shape;
}

/** The name of a member's shape, or undefined if the structure has no such member. */
export function memberShape({ members = {} }: Shape, member: string): string | undefined {
  return Object.hasOwn(members, member) ? members[member] : undefined;
}

/**
 * A copy of a list or structure with each item, or each known member, replaced by the result of `replace`. Any other
 * value is returned as it is.
 */
export function mapMembers(
  value: unknown,
  shape: Shape,
  replace: (content: unknown, shapeName: string, step: string | number) => unknown,
): unknown {
  if (shape.type === 'list' && Array.isArray(value)) {
    return value.map((item, index) => replace(item, shape.member ?? '', index));
  }
  if (shape.type !== 'structure' || !isObject(value)) return value;
  const members = Object.entries(value).map(([member, content]) => {
    const target = memberShape(shape, member);
    return [member, target === undefined ? content : replace(content, target, member)];
  });
  return Object.fromEntries(members);
}
