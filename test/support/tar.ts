import { spawnSync } from 'node:child_process';
import { gzipSync } from 'node:zlib';

/** One entry of an archive built by hand, however hostile. */
export interface TarEntry {
  readonly name: string;
  /** As in the tar format: `0` file, `1` hard link, `2` symbolic link, `3` device, `5` folder. */
  readonly type?: '0' | '1' | '2' | '3' | '5';
  readonly content?: string;
  readonly link?: string;
  readonly mode?: number;
}

const BLOCK = 512;

/** A tar archive with exactly these entries: no name is corrected. */
export function makeTar(entries: readonly TarEntry[]): Buffer {
  return Buffer.concat([...entries.flatMap(entryBlocks), Buffer.alloc(2 * BLOCK)]);
}

/** The same, gzipped. */
export function makeTarGz(entries: readonly TarEntry[]): Buffer {
  return gzipSync(makeTar(entries));
}

function entryBlocks(entry: TarEntry): Buffer[] {
  const content = Buffer.from(entry.content ?? '');
  const header = Buffer.alloc(BLOCK);
  header.write(entry.name, 0);
  header.write(`${(entry.mode ?? 0o644).toString(8).padStart(7, '0')}\0`, 100);
  header.write('0000000\x000000000\0', 108);
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write('14000000000\0', 136);
  header.write('        ', 148);
  header.write(entry.type ?? '0', 156);
  header.write(entry.link ?? '', 157);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return [header, content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)];
}

/** Names of the entries of a gzipped archive, as GNU tar lists them. */
export function listTar(archive: Buffer | undefined): readonly string[] {
  if (archive === undefined) throw new Error('there is no archive to list');
  const { status, stdout, stderr } = spawnSync('tar', ['-tz'], { input: archive, encoding: 'utf8' });
  if (status !== 0) throw new Error(`tar cannot list the archive: ${stderr}`);
  return stdout.split('\n').filter((name) => name !== '');
}
