/** Least and greatest level of each way of compressing: a program of that name, or Node itself. */
const LEVELS = { igzip: [0, 3], pigz: [0, 9], node: [0, 9] } as const;

/** A way of compressing archives. */
export type CompressionMethod = keyof typeof LEVELS;

const METHODS = Object.keys(LEVELS)
  .join(', ')
  .replace(/, (?=\w+$)/, ' or ');

/** What `OPTML_COMPRESSION` would have to be instead of `setting`, or undefined when it can be used. */
export function compressionProblem(setting: string): string | undefined {
  if (setting === 'auto') return undefined;
  const [, method, level] = /^(\w+)(?::(\d))?$/.exec(setting) ?? [];
  const found = Object.entries(LEVELS).find(([name]) => name === method);
  if (found === undefined) return `auto, or ${METHODS}, with a level where wanted (igzip:1)`;
  const [least, most] = found[1];
  return Number(level ?? least) <= most ? undefined : `${method} with a level from ${least} to ${most}`;
}
