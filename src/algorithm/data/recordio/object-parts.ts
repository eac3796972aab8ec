import { DataError } from '../data-error.ts';
import { joinedFrom, takeFirst } from '../source/decompress.ts';
import { frameRecord, LARGEST_RECORD, MAGIC } from './frame.ts';
import { wholeParts } from './whole-parts.ts';

/**
 * The records of an object in a RecordIO wrapper: the object is RecordIO itself, or a single record without its frame, as the
 * platform's documentation has it.
 */
export async function* objectParts(chunks: AsyncIterable<Buffer>, file: string): AsyncGenerator<Buffer> {
  const iterator = chunks[Symbol.asyncIterator]();
  const first = await takeFirst(iterator, MAGIC.length);
  const all = joinedFrom(first, iterator);
  // No protobuf message starts like that: 0xd7 would be a field of a kind that does not exist.
  if (first.length === 0 || first.subarray(0, MAGIC.length).equals(MAGIC)) {
    yield* wholeParts(all, file);
    return;
  }
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of all) {
    pieces.push(Buffer.from(chunk));
    bytes += chunk.length;
    if (bytes <= LARGEST_RECORD) continue;
    throw new DataError('recordio-length', `the record has more than ${LARGEST_RECORD} bytes`, {
      file,
      fix: 'Write smaller records.',
    });
  }
  yield frameRecord(Buffer.concat(pieces));
}
