/** Where ranks run: rank → host, as far as that is known. */
export type RankHosts = (rank: number) => string | undefined;

const TAG = /^\[(\d+),(\d+)\](<std(?:out|err)>:?)/;

/**
 * The output of `mpirun --tag-output` with the host of each rank in its tag (contract C67): `[1,3]<stdout>` becomes
 * `[1,mpirank:3,algo-2]<stdout>`. Line by line; a last line without a break is kept as it is.
 */
export async function* withHostTags(output: AsyncIterable<Buffer>, hostOf: RankHosts): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of output) {
    const all = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const end = all.lastIndexOf(0x0a) + 1;
    // Of a line that is too long to wait for, its beginning is shown now; what follows has no tag anyway.
    const cut = end === 0 && all.length > LONGEST_WAIT ? all.length : end;
    rest = all.subarray(cut);
    if (cut > 0) yield tagLines(all.subarray(0, cut), hostOf);
  }
  if (rest.length > 0) yield tagLines(rest, hostOf);
}

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
