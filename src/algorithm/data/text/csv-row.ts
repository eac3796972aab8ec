import { quoteValue } from '../../../errors/quote-value.ts';
import { DataError, type DataPosition } from '../data-error.ts';

/** How the rows of a CSV file are read. */
export interface CsvForm {
  readonly delimiter: string;
  readonly labelSize: number;
  readonly hasWeights: boolean;
  /** Fields of each row, labels included; undefined before the first row. */
  readonly fields: number | undefined;
  readonly missing: 'error' | 'nan';
  readonly isSingle: boolean;
}

/** Without two ways to match the same digits: a field may have millions of them. */
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const NAN = /^[+-]?nan$/i;
const INFINITE = /^[+-]?inf(?:inity)?$/i;
/** Spaces before a quote that are looked at. */
const MOST_SPACES = 64;

/**
 * The numbers of one row, with all that is allowed in CSV: quotes, spaces around numbers, missing values. Much slower than
 * {@link scanNumber}, and used only for rows that it does not accept.
 *
 * @throws DataError for the first field that is no number, or for another number of fields.
 */
export function readCsvRow(text: string, position: DataPosition, form: CsvForm): readonly number[] {
  const fields = splitFields(text, position, form);
  checkText(fields, position);
  checkDelimiter(fields, position, form);
  if (position.line === 1) checkHeader(fields, position);
  const expected = form.fields;
  if (expected !== undefined && fields.length !== expected) {
    throw new DataError('row-length', `the row has ${fields.length} fields instead of ${expected}`, {
      ...position,
      fix: `Give each row the same number of fields, separated by ${JSON.stringify(form.delimiter)}.`,
    });
  }
  if (expected === undefined) checkFirstRow(fields, position, form);
  return fields.map((field, index) => numberOf(field, { ...position, column: index + 1 }, form, index));
}

function splitFields(text: string, position: DataPosition, form: CsvForm): readonly string[] {
  const fields: string[] = [];
  for (let at = 0; ; ) {
    const quoted = /^[ \t]*"/.exec(text.slice(at, at + MOST_SPACES));
    if (quoted === null) {
      const end = text.indexOf(form.delimiter, at);
      fields.push(text.slice(at, end < 0 ? undefined : end).trim());
      if (end < 0) return fields;
      at = end + 1;
      continue;
    }
    const field = quotedField(text, at + quoted[0].length, form.delimiter);
    if (field === undefined || (field.end < text.length && text[field.end] !== form.delimiter)) {
      throw new DataError('csv-quote', 'a quoted field does not end before the next delimiter', {
        ...position,
        column: fields.length + 1,
        fix: 'Close each quote in its own line. Write numbers without quotes.',
      });
    }
    fields.push(field.text.trim());
    if (field.end >= text.length) return fields;
    at = field.end + 1;
  }
}

// Two quotes are one in a field (RFC 4180). Spaces may follow.
function quotedField(
  text: string,
  start: number,
  delimiter: string,
): { readonly text: string; readonly end: number } | undefined {
  let quote = text.indexOf('"', start);
  while (quote >= 0 && text[quote + 1] === '"') quote = text.indexOf('"', quote + 2);
  if (quote < 0) return undefined;
  let end = quote + 1;
  while (text[end] !== delimiter && (text[end] === ' ' || text[end] === '\t')) end++;
  return { text: text.slice(start, quote).replaceAll('""', '"'), end };
}

function isValue(field: string): boolean {
  return field === '' || NUMBER.test(field) || NAN.test(field) || INFINITE.test(field);
}

function checkText(fields: readonly string[], position: DataPosition): void {
  const index = fields.findIndex((field) => field.includes('\0'));
  if (index < 0) return;
  throw new DataError('nul-byte', 'the row contains a NUL byte', {
    ...position,
    column: index + 1,
    fix: 'Write the file as UTF-8 text. Check that it has the content type of the channel.',
  });
}

function checkDelimiter([field = '', ...others]: readonly string[], position: DataPosition, form: CsvForm): void {
  if (others.length > 0) return;
  const other = ['\t', ';', '|', ' '].find((delimiter) => delimiter !== form.delimiter && field.includes(delimiter));
  if (other === undefined || !field.split(other).some(isValue)) return;
  throw new DataError('csv-delimiter', `fields are separated by ${JSON.stringify(other)}`, {
    ...position,
    fix: `Separate fields by ${JSON.stringify(form.delimiter)}.`,
  });
}

// A first line with names only, as programs write it above the data.
function checkHeader(fields: readonly string[], position: DataPosition): void {
  if (fields.some(isValue)) return;
  throw new DataError('csv-header', `the first line is a header: it starts with ${quoteValue(fields[0] ?? '')}`, {
    ...position,
    fix: 'Remove the header: the first line of a CSV file for training is the first row.',
  });
}

function checkFirstRow(fields: readonly string[], position: DataPosition, form: CsvForm): void {
  const before = form.labelSize + (form.hasWeights ? 1 : 0);
  if (fields.length > before) return;
  throw new DataError('row-length', `the row has ${fields.length} fields, which leaves no features`, {
    ...position,
    fix: `Write ${before} fields for labels${form.hasWeights ? ' and weight' : ''}, then the features, or correct label_size in the content type.`,
  });
}

function numberOf(field: string, position: DataPosition, form: CsvForm, index: number): number {
  const isFeature = index >= form.labelSize + (form.hasWeights ? 1 : 0);
  const mayMiss = isFeature && form.missing === 'nan';
  if (mayMiss && (field === '' || NAN.test(field))) return Number.NaN;
  if (field === '') {
    const [rule, what] =
      index < form.labelSize ? (['label-missing', 'the label'] as const) : (['value-missing', 'a value'] as const);
    throw new DataError(rule, `${what} is missing`, {
      ...position,
      fix: 'Fill in each value, or remove the row.',
    });
  }
  if (NAN.test(field) || INFINITE.test(field)) {
    throw new DataError('not-finite', `${quoteValue(field)} is not a finite number`, {
      ...position,
      fix: 'Replace NaN and infinite values, or remove the row.',
    });
  }
  if (!NUMBER.test(field)) {
    throw new DataError('not-a-number', `${quoteValue(field)} is not a number`, {
      ...position,
      fix: 'Encode text and categories as numbers.',
    });
  }
  const value = Number(field);
  if (Number.isFinite(isFeature && form.isSingle ? Math.fround(value) : value)) return value;
  throw new DataError(
    'value-range',
    `${quoteValue(field)} is too large for a number of ${isFeature && form.isSingle ? 32 : 64} bits`,
    {
      ...position,
      fix: 'Scale the values of the column.',
    },
  );
}
