import { nearest } from '../../errors/nearest.ts';
import { quoteValue } from '../../errors/quote-value.ts';
import type { DataChannel } from './channel.ts';
import { DataError } from './data-error.ts';

/** The forms of data that there are readers for. */
export type DataFormat = 'csv' | 'libsvm' | 'recordio-protobuf' | 'parquet' | 'jsonlines';

/** A content type of a channel. */
export interface DataContentType {
  readonly format: DataFormat;
  /** `label_size`, or undefined. */
  readonly labelSize: number | undefined;
}

/** The names by which AWS's algorithms accept the formats. */
const FORMATS: Readonly<Record<string, DataFormat>> = {
  'text/csv': 'csv',
  csv: 'csv',
  'text/libsvm': 'libsvm',
  'text/x-libsvm': 'libsvm',
  libsvm: 'libsvm',
  'application/x-recordio-protobuf': 'recordio-protobuf',
  'recordio-protobuf': 'recordio-protobuf',
  'application/x-parquet': 'parquet',
  parquet: 'parquet',
  'application/jsonlines': 'jsonlines',
  'application/x-jsonlines': 'jsonlines',
  jsonlines: 'jsonlines',
};

const TOO_MANY_LABELS = 1_000_000;

/**
 * Reads the content type of a channel, such as `text/csv; label_size=1`. Case does not matter; unknown parameters, such as
 * `charset`, are ignored.
 *
 * @throws DataError content-type.
 */
export function parseContentType(given: NonNullable<DataChannel['contentType']>, channel: string): DataContentType {
  const text = typeof given === 'string' ? given : joinParameters(given.type, given.parameters);
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const format = Object.hasOwn(FORMATS, type) ? FORMATS[type] : undefined;
  if (format === undefined) {
    const near = nearest(type, Object.keys(FORMATS));
    throw new DataError('content-type', `channel ${channel} has the content type ${quoteValue(text)}`, {
      fix: near === undefined ? `Use one of ${Object.keys(FORMATS).join(', ')}.` : `Use ${near}.`,
    });
  }
  return { format, labelSize: labelSizeOf(parameters, text, channel) };
}

function joinParameters(type: string, parameters: Readonly<Record<string, unknown>>): string {
  return [type, ...Object.entries(parameters).map(([name, value]) => `${name}=${String(value)}`)].join(';');
}

function labelSizeOf(parameters: readonly string[], text: string, channel: string): number | undefined {
  for (const parameter of parameters) {
    const [name = '', value = ''] = parameter.split('=').map((part) => part.trim());
    if (name !== 'label_size') continue;
    const digits = value.replaceAll('"', '');
    if (/^\d+$/.test(digits) && Number(digits) <= TOO_MANY_LABELS) return Number(digits);
    throw new DataError('content-type', `channel ${channel} has the content type ${quoteValue(text)}`, {
      fix: 'Set label_size to a whole number, such as 1, or 0 for data without labels.',
    });
  }
  return undefined;
}
