import { DataError } from '../data-error.ts';
import { withoutGzip } from '../source/decompress.ts';
import { type DataRecord, decodeRecord } from './data-record.ts';
import { PartJoiner } from './join-parts.ts';
import { wholeParts } from './whole-parts.ts';
import { WireError } from './wire.ts';

/** Bytes of a RecordIO stream: in memory, or as they come (`createReadStream` of `node:fs`). */
export type RecordSource = Uint8Array | AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/**
 * The contents of the records of a stream, gzip or not, one after the other. Memory depends on the largest record only, of at
 * most 256 MiB.
 *
 * @throws DataError recordio-magic, recordio-length, gzip.
 * @example
 * ```ts
 * import { createReadStream } from 'node:fs';
 * import { readRecordIo } from 'optml/recordio';
 *
 * for await (const content of readRecordIo(createReadStream('train.rec'))) console.log(content.length);
 * ```
 */
export async function* readRecordIo(source: RecordSource): AsyncGenerator<Buffer, void, undefined> {
  const joiner = new PartJoiner();
  for await (const block of wholeParts(withoutGzip(buffersOf(source), undefined))) {
    for (let at = 0; at < block.length; ) {
      let content: Buffer | undefined;
      at = joiner.read(block, at, (bytes, start, end) => {
        content = Buffer.from(bytes.subarray(start, end));
        return false;
      });
      if (content !== undefined) yield content;
    }
  }
  joiner.end();
}

/**
 * The records of a recordio-protobuf stream, such as `sagemaker.amazon.common` writes.
 *
 * @throws DataError as {@link readRecordIo}; protobuf for a record that is no `Record`.
 * @example
 * ```ts
 * import { createReadStream } from 'node:fs';
 * import { readRecords } from 'optml/recordio';
 *
 * for await (const { features, label } of readRecords(createReadStream('train.rec'))) {
 *   console.log(features.get('values'), label.get('values'));
 * }
 * ```
 */
export async function* readRecords(source: RecordSource): AsyncGenerator<DataRecord, void, undefined> {
  let record = 0;
  for await (const content of readRecordIo(source)) {
    record++;
    try {
      yield decodeRecord(content);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      throw new DataError(
        'protobuf',
        `the record is no protobuf message: ${error.message} (byte ${error.offset} of the record)`,
        {
          record,
          fix: 'Write records as sagemaker.amazon.common or optml/recordio does.',
        },
      );
    }
  }
}

async function* buffersOf(source: RecordSource): AsyncGenerator<Buffer> {
  for await (const chunk of source instanceof Uint8Array ? [source] : source) {
    yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  }
}
