/** The output of one process among several that share standard error. */
export interface ProcessOutput {
  /** Its rank, if the output names it. */
  readonly rank?: number | undefined;
  readonly host?: string | undefined;
  readonly lines: readonly string[];
  /** For each line, its index in the whole output. */
  readonly indexes: readonly number[];
}

interface Origin {
  readonly rank?: number;
  readonly host?: string;
  /** Distinguishes processes without a known rank. */
  readonly process?: string;
}

// What launchers print in front of each line. One may follow another: a host, then a rank.
const TAGS: ReadonlyArray<readonly [tag: RegExp, origin: (...groups: readonly string[]) => Origin]> = [
  // PyTorch, after `init_process_group`: the rank of the job.
  [/^\[rank(\d+)\]: ?/, (rank) => ({ rank: Number(rank) })],
  // `torchrun --tee`: the role, and a rank of this host only.
  [/^(\[[a-z][a-z_-]*\d+\]):/, (process) => ({ process })],
  // `mpirun --tag-output`, also with the host that optml adds.
  [/^\[\d+,(\d+)\]<std(?:out|err)>:?/, (rank) => ({ rank: Number(rank) })],
  [/^\[\d+,mpirank:(\d+),([^\]\s]+)\]<std(?:out|err)>:?/, (rank, host) => ({ rank: Number(rank), host })],
  [/^\[\d+,mpirank:(\d+)\]<std(?:out|err)>:?/, (rank) => ({ rank: Number(rank) })],
  // Ray: the address of the host, where it is another.
  [/^\((\w+ pid=\d+), ip=([^)\s]+)\) ?/, (process, host) => ({ process, host })],
  [/^\((\w+ pid=\d+)\) ?/, (process) => ({ process })],
  // pdsh, by which DeepSpeed starts its hosts.
  [/^(algo-\d+): /, (host) => ({ host })],
];

// Behind the first of lines that several workers of Ray printed.
const RAY_REPEATED = / \[repeated \d+x across cluster\](?: \(Ray deduplicates logs .*\))?$/;

/** The output of each process, in the order of its first line. Lines without a tag are a process too. */
export function byProcess(lines: readonly string[]): readonly ProcessOutput[] {
  const outputs = new Map<string, Origin & { readonly lines: string[]; readonly indexes: number[] }>();
  for (const [index, line] of lines.entries()) {
    const { text, origin } = untag(line);
    const key = `${origin.host ?? ''} ${origin.rank ?? origin.process ?? ''}`;
    const output = outputs.get(key) ?? { ...origin, lines: [], indexes: [] };
    outputs.set(key, output);
    output.lines.push(text);
    output.indexes.push(index);
  }
  return [...outputs.values()];
}

function untag(line: string): { readonly text: string; readonly origin: Origin } {
  let text = line;
  let origin: Origin = {};
  for (let match = firstTag(text); match !== undefined; match = firstTag(text)) {
    text = text.slice(match.length).replace(RAY_REPEATED, '');
    origin = { ...origin, ...match.origin };
  }
  return { text, origin };
}

function firstTag(text: string): { readonly length: number; readonly origin: Origin } | undefined {
  for (const [tag, origin] of TAGS) {
    const match = tag.exec(text);
    if (match !== null) return { length: match[0].length, origin: origin(...match.slice(1)) };
  }
  return undefined;
}
