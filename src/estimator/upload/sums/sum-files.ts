import { forEachAtOnce } from '../../../concurrency/for-each-at-once.ts';
import { withScope } from '../../../concurrency/scope.ts';
import type { KnownContent, PartSums } from '../../../storage/content-sums.ts';
import { partsOf } from '../../../storage/part-sizes.ts';
import type { LocalFile } from '../local-tree.ts';
import { locationError } from '../upload-error.ts';
import type { LocalLocation } from '../uploader.ts';
import type { Piece } from './sum-piece.ts';
import { type PieceSums, sumHere, sumOnThreads } from './sum-threads.ts';

// Less than this is summed sooner than a thread starts.
const HERE_BYTES = 16 * 1024 * 1024;
const HERE_FILES = 500;
/** What one thread is given at a time. */
const BATCH_BYTES = 8 * 1024 * 1024;
const BATCH_PIECES = 256;

/** The content of each file, in the same order. @throws OptmlError that names a file that cannot be read or changes. */
export async function sumFiles(
  location: LocalLocation,
  files: readonly LocalFile[],
  signal: AbortSignal,
): Promise<readonly KnownContent[]> {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const isLittle = bytes <= HERE_BYTES && files.length <= HERE_FILES;
  const sums = isLittle ? sumHere() : sumOnThreads();
  try {
    return await withScope(signal, (scope) => sumAll(location, files, { sums, scope }));
  } finally {
    await sums.close();
  }
}

/** A piece, and the place of its sums. */
interface PlacedPiece extends Piece {
  readonly fileIndex: number;
  readonly partIndex: number;
}

async function sumAll(
  location: LocalLocation,
  files: readonly LocalFile[],
  { sums, scope }: { readonly sums: PieceSums; readonly scope: AbortController },
): Promise<readonly KnownContent[]> {
  const contents = files.map(({ bytes }) => ({ bytes, parts: [] as PartSums[] }));
  await forEachAtOnce(batchesOf(files), sums.atOnce + 1, scope, async (batch) => {
    const results = await sums.sum(batch, scope.signal);
    for (const [index, { fileIndex, partIndex }] of batch.entries()) {
      const result = results[index];
      const content = contents[fileIndex];
      if (result === undefined || content === undefined) continue;
      if ('message' in result) {
        const fix = 'Finish writing a file before it is uploaded, and make it readable.';
        throw locationError(location, `${result.file} cannot be read: ${result.message}`, fix);
      }
      content.parts[partIndex] = result;
    }
  });
  return contents;
}

function* batchesOf(files: readonly LocalFile[]): Generator<readonly PlacedPiece[]> {
  let batch: PlacedPiece[] = [];
  let bytes = 0;
  for (const [fileIndex, file] of files.entries()) {
    for (const part of partsOf(file.bytes)) {
      const { start, bytes: partBytes, number } = part;
      const { file: path, bytes: fileBytes, mtimeMs } = file;
      batch.push({ file: path, fileBytes, mtimeMs, start, bytes: partBytes, fileIndex, partIndex: number - 1 });
      bytes += partBytes;
      if (bytes < BATCH_BYTES && batch.length < BATCH_PIECES) continue;
      yield batch;
      batch = [];
      bytes = 0;
    }
  }
  if (batch.length > 0) yield batch;
}
