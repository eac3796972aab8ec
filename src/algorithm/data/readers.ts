import type { DataChannel } from './channel.ts';
import type { DataContentType } from './content-type.ts';
import { type FormatReader, streamReader } from './format-reader.ts';
import { objectParts } from './recordio/object-parts.ts';
import { RecordParser } from './recordio/row-parser.ts';
import { wholeParts } from './recordio/whole-parts.ts';
import type { ReaderOptions } from './row-parser.ts';
import { CsvParser } from './text/csv.ts';
import { JsonLinesParser } from './text/json-lines.ts';
import { LibsvmParser } from './text/libsvm.ts';
import { textBlocks } from './text/text-blocks.ts';

/** What readers need of a channel. */
export interface FormatOptions extends ReaderOptions {
  readonly signal?: AbortSignal | undefined;
}

/** The reader of a format. Parquet is loaded when a channel needs it. */
export async function openFormat(
  { format }: DataContentType,
  channel: DataChannel,
  options: FormatOptions,
): Promise<FormatReader> {
  const { signal } = options;
  switch (format) {
    case 'csv':
      return streamReader(new CsvParser(options), textBlocks, signal);
    case 'libsvm':
      return streamReader(new LibsvmParser(options), textBlocks, signal);
    case 'jsonlines':
      return streamReader(new JsonLinesParser(options), textBlocks, signal);
    case 'recordio-protobuf': {
      const isWrapped = channel.inputMode === 'Pipe' && channel.recordWrapper === 'RecordIO';
      return streamReader(new RecordParser(options), isWrapped ? objectParts : wholeParts, signal);
    }
    case 'parquet': {
      const { parquetReader } = await import('#algorithm/data/parquet/parquet-reader');
      return parquetReader(channel, options);
    }
  }
}
