import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { makeFolder } from '../../../files/make-folder.ts';
import { writeFileWhole } from '../../../files/write-file-whole.ts';
import { MOST_INPUT_BYTES } from '../../../job-tree/input/input-file.ts';
import { readTextIfAny } from '../../../job-tree/input/read-text.ts';
import { optmlHome } from '../../../jobs/jobs-dir.ts';
import type { KnownContent, PartSums } from '../../../storage/content-sums.ts';
import { partsOf } from '../../../storage/part-sizes.ts';
import type { LocalFile } from '../local-tree.ts';

/** Contents of files that have been read before. */
export interface SumCache {
  /** The content of a file that has not changed since, by size, times and inode. */
  find(file: LocalFile): KnownContent | undefined;
  /** Remembers what was read. `readMs`: when the reading began, in milliseconds since 1970. */
  add(file: LocalFile, content: KnownContent, readMs: number): void;
  /** Keeps the contents of these files, and no others, for later processes. Never throws. */
  save(files: readonly LocalFile[]): void;
}

// A file that was written to shortly before it was read could be written to again within one tick of the file system's clock,
// which may be that of a server.
const SETTLED_MS = 10_000;
const FORMAT = 'optml sums 1';

/**
 * Opens the sums of the files of one location: in memory, and in a file in `OPTML_HOME`, which may be missing or damaged. A
 * wrong sum would show when a file is sent: S3 and the sender compare it with what is sent.
 */
export function openSumCache(variables: Readonly<NodeJS.ProcessEnv>, location: string): SumCache {
  const dir = join(optmlHome(variables), 'uploads');
  const file = join(dir, `${digest(location).slice(0, 32)}.sums`);
  const contents = readContents(file);
  let isChanged = false;
  return {
    find: (found) => contents.get(identity(found)),
    add: (found, content, readMs) => {
      if (Math.max(found.mtimeMs, found.ctimeMs) > readMs - SETTLED_MS) return;
      contents.set(identity(found), content);
      isChanged = true;
    },
    save: (files) => {
      if (!isChanged) return;
      const rows = files.flatMap((found) => {
        const content = contents.get(identity(found));
        return content === undefined ? [] : [[identity(found), content.parts.map(rowOf)]];
      });
      try {
        const text = JSON.stringify(rows);
        if (text.length > MOST_INPUT_BYTES) return;
        makeFolder(dir, 0o700);
        writeFileWhole(file, `${FORMAT} ${digest(text)}\n${text}`, { mode: 0o600, isDurable: false });
        isChanged = false;
      } catch {
        // The next upload reads the files again.
      }
    },
  };
}

function identity({ file, bytes, mtimeMs, ctimeMs, inode }: LocalFile): string {
  return [file, bytes, mtimeMs, ctimeMs, inode].join('\0');
}

const digest = (text: string) => createHash('sha256').update(text).digest('hex');

const rowOf = ({ bytes, sha256, md5, crc32 }: PartSums) => [bytes, sha256, md5, crc32] as const;

function readContents(file: string): Map<string, KnownContent> {
  const text = readTextIfAny(file) ?? '';
  const end = text.indexOf('\n');
  const rows = text.slice(end + 1);
  if (end < 0 || text.slice(0, end) !== `${FORMAT} ${digest(rows)}`) return new Map();
  return new Map((JSON.parse(rows) as readonly Row[]).flatMap(contentOf));
}

type Row = readonly [identity: string, parts: readonly ReturnType<typeof rowOf>[]];

function contentOf([name, rows]: Row): readonly (readonly [string, KnownContent])[] {
  const bytes = Number(name.split('\0').at(-4));
  const ranges = [...partsOf(bytes)];
  const parts = rows.map(([partBytes, sha256, md5, crc32]) => ({ bytes: partBytes, sha256, md5, crc32 }));
  const isWhole = parts.length === ranges.length && parts.every((part, at) => part.bytes === ranges[at]?.bytes);
  return isWhole ? [[name, { bytes, parts }]] : [];
}
