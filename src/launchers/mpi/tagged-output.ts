import { LineSplitter } from '../../text/line-splitter.ts';

/** Where ranks run: rank → host, as far as that is known. */
export type RankHosts = (rank: number) => string | undefined;

const TAG = /^\[(\d+),(\d+)\](<std(?:out|err)>:?)/;

/**
 * The output of `mpirun --tag-output` with the host of each rank in its tag (contract C67): `[1,3]<stdout>` becomes
 * `[1,mpirank:3,algo-2]<stdout>`. Line by line; a last line without a break is kept as it is.
 */
export async function* withHostTags(output: AsyncIterable<Buffer>, hostOf: RankHosts): AsyncGenerator<Buffer> {
  const lines = new LineSplitter({ longestBytes: LONGEST_WAIT });
  for await (const chunk of output) {
    // What follows the first part of a long line has no tag anyway.
    for (const piece of lines.push(chunk)) yield tagLines(piece, hostOf);
  }
  const rest = lines.end();
  if (rest !== undefined) yield tagLines(rest, hostOf);
}

// Of a line that is too long to wait for, its beginning is shown now.
const LONGEST_WAIT = 64 * 1024;

// In Latin-1 every byte stays what it is.
function tagLines(lines: Buffer, hostOf: RankHosts): Buffer {
  const text = lines.toString('latin1').split('\n');
  return Buffer.from(
    text.map((line) => line.replace(TAG, (_, job, rank, stream) => tag(job, rank, stream, hostOf))).join('\n'),
    'latin1',
  );
}

function tag(job: string, rank: string, stream: string, hostOf: RankHosts): string {
  const host = hostOf(Number(rank));
  return `[${job},mpirank:${rank}${host === undefined ? '' : `,${host}`}]${stream}`;
}
