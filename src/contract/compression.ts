/** A way of compressing archives: a program of that name, or Node itself. */
export type CompressionMethod = 'igzip' | 'pigz' | 'node';

/** Least and greatest level of each. */
const LEVELS: Readonly<Record<CompressionMethod, readonly [number, number]>> = {
  igzip: [0, 3],
  pigz: [0, 9],
  node: [0, 9],
};

/** What `OPTML_COMPRESSION` would have to be instead of `setting`, or undefined when it can be used. */
export function compressionProblem(setting: string): string | undefined {
  if (setting === 'auto') return undefined;
  const [, method, level] = /^(igzip|pigz|node)(?::(\d))?$/.exec(setting) ?? [];
  if (method === undefined) return 'auto, or igzip, pigz or node, with a level where wanted (igzip:1)';
  const [least, most] = LEVELS[method as CompressionMethod];
  return Number(level ?? least) <= most ? undefined : `${method} with a level from ${least} to ${most}`;
}
