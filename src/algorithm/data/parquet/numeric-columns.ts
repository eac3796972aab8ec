import { type FileMetaData, parquetSchema, type SchemaElement } from 'hyparquet';
import { quoteValue } from '../../../errors/quote-value.ts';
import { DataError } from '../data-error.ts';

const NUMBERS: readonly (string | undefined)[] = ['BOOLEAN', 'INT32', 'INT64', 'FLOAT', 'DOUBLE'];
const PLAIN: readonly (string | undefined)[] = [undefined, 'INTEGER', 'DECIMAL', 'FLOAT16'];

/** The names of the columns of a file, which are all numbers. @throws DataError not-a-number, parquet. */
export function numericColumns(metadata: FileMetaData, file: string): readonly string[] {
  const columns = parquetSchema(metadata).children;
  for (const [index, { element, children }] of columns.entries()) {
    if (children.length === 0 && element.repetition_type !== 'REPEATED' && isNumber(element)) continue;
    throw new DataError('not-a-number', `the column ${quoteValue(element.name)} has no numbers`, {
      file,
      column: index + 1,
      fix: 'Encode text, dates and categories as numbers.',
    });
  }
  const names = columns.map(({ element }) => element.name);
  if (new Set(names).size === names.length) return names;
  throw new DataError('parquet', 'two columns have the same name', { file, fix: 'Give each column its own name.' });
}

/**
 * The metadata of one column of a row group, as if the file had nothing else: the library looks through all columns for each
 * one, which takes minutes for 20,000 columns. `metadata` has passed {@link numericColumns}.
 */
export function columnMetadata(metadata: FileMetaData, group: number, column: number): FileMetaData {
  const [root, element] = [metadata.schema[0], metadata.schema[column + 1]];
  const rowGroup = metadata.row_groups[group];
  const chunk = rowGroup?.columns.at(column);
  if (root === undefined || element === undefined || rowGroup === undefined || chunk === undefined) {
    throw new Error(`column ${column + 1} of row group ${group + 1} is missing`);
  }
  return {
    ...metadata,
    num_rows: rowGroup.num_rows,
    schema: [{ ...root, num_children: 1 }, element],
    row_groups: [{ ...rowGroup, columns: [chunk] }],
  };
}

function isNumber({ type, logical_type, converted_type }: SchemaElement): boolean {
  const isDate = converted_type !== undefined && /^(?:DATE|TIME|INTERVAL)/.test(converted_type);
  const isNumeric = NUMBERS.includes(type) || logical_type?.type === 'FLOAT16';
  return isNumeric && PLAIN.includes(logical_type?.type) && !isDate;
}
