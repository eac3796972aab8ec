import shapes from './create-training-job.json' with { type: 'json' };

/** A shape of the SageMaker API, as its service model has it; members and items by the name of their shape. */
export interface Shape {
  readonly type: 'structure' | 'list' | 'map' | 'string' | 'integer' | 'long' | 'boolean';
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

const SHAPES = shapes as Readonly<Record<string, Shape>>;

/** The shape of that name. Every name in a shape is one. */
export function shapeNamed(name: string): Shape {
  const shape = SHAPES[name];
  if (shape === undefined) throw new Error(`the service model has no shape ${name}`);
  return shape;
}

/** The shape of a CreateTrainingJob request. */
export const REQUEST_SHAPE = 'CreateTrainingJobRequest';
