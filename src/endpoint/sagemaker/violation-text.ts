import { cutText } from '../../errors/quote-value.ts';
import { isObject } from '../../request/is-json-object.ts';
import type { Problem } from '../../request/problem.ts';
import { memberShape, type ServiceModel, type Shape, shapeNamed } from '../../request/shapes.ts';

const CONSTRAINT = 'failed to satisfy constraint: ';
const ENUMERATION = 'Member must satisfy enum value set: ';
const LONGEST_VALUE = 1024;

/** A violated constraint in the words of the service: `Value 'x' at 'resourceConfig.instanceType' failed to satisfy …`. */
export function violationText({ path, message, fix }: Problem, input: unknown, model: ServiceModel): string {
  const at = message.indexOf(CONSTRAINT);
  const place = findPlace(path, input, model);
  if (at < 0) return [place.path && `${place.path}: `, message, fix && `. ${fix.replace(/\.$/, '')}`].join('');
  const demand = message.slice(at + CONSTRAINT.length);
  const values = demand.startsWith(ENUMERATION) ? place.shape?.enum : undefined;
  const shown = typeof place.value === 'string' ? ` '${cutText(place.value, LONGEST_VALUE)}'` : ownValue(message);
  return `Value${shown} at '${place.path}' ${CONSTRAINT}${values ? `${ENUMERATION}[${values.join(', ')}]` : demand}`;
}

// Of lists, maps and their keys, as the check has written it.
function ownValue(message: string): string {
  const value = /^Value( '.*') at '/s.exec(message)?.[1];
  return value ?? '';
}

interface Place {
  /** As the service writes it: `inputDataConfig.1.member.channelName`. */
  readonly path: string;
  /** Undefined for what the input lacks, and for entries of maps: the key may be what is wrong. */
  readonly value: unknown;
  readonly shape: Shape | undefined;
}

const STEP = /\.?([A-Za-z_]\w*)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/g;

function findPlace(path: string, input: unknown, model: ServiceModel): Place {
  let value = input;
  let name: string | undefined = model.requestShape;
  const steps: string[] = [];
  for (const [, word, index, quoted] of path.matchAll(STEP)) {
    const shape: Shape | undefined = name === undefined ? undefined : shapeNamed(model, name);
    const step = word ?? (quoted === undefined ? (index ?? '') : (JSON.parse(quoted) as string));
    if (shape?.type === 'list') {
      steps.push(String(Number(step) + 1), 'member');
      name = shape.member;
      value = Array.isArray(value) ? value[Number(step)] : undefined;
    } else if (shape?.type === 'structure') {
      steps.push(step.charAt(0).toLowerCase() + step.slice(1));
      name = memberShape(shape, step);
      value = isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
    } else {
      steps.push(step);
      [name, value] = [undefined, undefined];
    }
  }
  return { path: steps.join('.'), value, shape: name === undefined ? undefined : shapeNamed(model, name) };
}
