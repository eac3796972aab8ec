import type { Batch } from './batch.ts';
import type { DataPart } from './channel.ts';
import type { RowParser } from './row-parser.ts';
import { withoutGzip } from './source/decompress.ts';

/** Reads the files of a channel, one after the other. */
export interface FormatReader {
  /** The batches that are full. Each function throws a DataError. */
  read(part: DataPart): AsyncIterable<Batch>;
  /** The rows that do not fill a batch, at the end of all files. */
  rest(): Batch | undefined;
}

/** Cuts the bytes of a file into blocks that end where a row ends. */
export type Blocks = (chunks: AsyncIterable<Buffer>, file: string) => AsyncIterable<Buffer>;

/** The reader of a format that is read from the start of a file to its end. */
export function streamReader(parser: RowParser, blocks: Blocks, signal: AbortSignal | undefined): FormatReader {
  return {
    read: async function* ({ name, content }) {
      parser.begin(name);
      for await (const block of blocks(withoutGzip(content(), name), name)) {
        signal?.throwIfAborted();
        parser.push(block);
        for (let batch = parser.next(); batch !== undefined; batch = parser.next()) yield batch;
      }
      parser.end?.();
    },
    rest: () => parser.rest(),
  };
}
