/** Which image runs instead of images whose names match a pattern. */
export interface ImageRule {
  /** The name of an image, with or without its registry; `*` is any text, `?` any character. */
  readonly pattern: string;
  /** The name of an image, or `process`. */
  readonly name: string;
}

// The first part of a name is its registry if it can be a host.
const REGISTRY = /^(?:[^/]*[.:][^/]*|localhost)\//;

/** What runs instead of `image`: the name of the first rule that matches. */
export function mapImage(image: string, rules: readonly ImageRule[]): string | undefined {
  const names = [image, image.replace(REGISTRY, '')];
  return rules.find(({ pattern }) => names.some((name) => matches(name, pattern)))?.name;
}

// Without a regular expression, whose time may grow with the square of the name.
function matches(text: string, pattern: string): boolean {
  let [at, from] = [0, 0];
  let star: { readonly from: number; at: number } | undefined;
  while (at < text.length) {
    const wanted = pattern[from];
    if (wanted === '*') star = { from: ++from, at };
    else if (wanted === '?' || wanted === text[at]) [at, from] = [at + 1, from + 1];
    else if (star === undefined) return false;
    else [at, from] = [++star.at, star.from];
  }
  return [...pattern.slice(from)].every((character) => character === '*');
}
