import { nearest } from '../errors/nearest.ts';

const TYPE = /^ml\.([a-z]+)(\d+)([\w-]*)\.([\w-]+)$/;

/**
 * What may be meant by an instance type that is none of `known`: the nearest one, or the sizes of its family. Undefined for a
 * type that looks newer than the list.
 */
export function instanceTypeHint(type: string, known: readonly string[]): string | undefined {
  // Of EC2.
  if (known.includes(`ml.${type}`)) return `Did you mean "ml.${type}"?`;
  const [, letters = '', generation = '', variant = ''] = TYPE.exec(type) ?? [];
  const family = `ml.${letters}${generation}${variant}.`;
  const sizes = known.filter((name) => name.startsWith(family));
  if (letters !== '' && sizes.length === 0 && isNewer({ letters, generation: Number(generation), variant }, known)) {
    return undefined;
  }
  const near = nearest(type, sizes.length > 0 ? sizes : known);
  if (near !== undefined) return `Did you mean "${near}"?`;
  if (sizes.length === 0) return undefined;
  return `Its family has the sizes ${sizes.map((name) => name.slice(family.length)).join(', ')}.`;
}

interface Family {
  readonly letters: string;
  readonly generation: number;
  readonly variant: string;
}

/** Whether a family is of a later generation than the known ones of these letters, or another variant of the latest. */
function isNewer({ letters, generation, variant }: Family, known: readonly string[]): boolean {
  const generations = known.flatMap((name) => {
    const parts = TYPE.exec(name);
    return parts?.[1] === letters ? [Number(parts[2])] : [];
  });
  if (generations.length === 0) return false;
  const latest = Math.max(...generations);
  return generation > latest || (generation === latest && variant !== '');
}
