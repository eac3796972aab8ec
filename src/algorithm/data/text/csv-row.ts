import { quoteValue } from '../../../errors/quote-value.ts';
import { DataError, type DataPosition } from '../data-error.ts';
import { carriageReturn, fits, isNanText, isNotFiniteText, isNumberText } from './number-text.ts';

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

/**
 * The numbers of one row, with all that is allowed in CSV: quotes, spaces around numbers, missing values. Much slower than
 * {@link scanNumber}, and used only for rows that it does not accept. A row may have millions of fields: they are not kept.
 *
 * @throws DataError for the first field that is no number, or for another number of fields.
 */
export function readCsvRow(text: string, position: DataPosition, form: CsvForm): Float64Array {
  const { count, first, hasValue } = lookThrough(text, position, form);
  if (count === 1) checkDelimiter(first, position, form);
  if (position.line === 1 && !hasValue) throw headerError(first, position);
  const expected = form.fields;
  if (expected !== undefined && count !== expected) {
    throw new DataError('row-length', `the row has ${count} fields instead of ${expected}`, {
      ...position,
      fix: `Give each row the same number of fields, separated by ${JSON.stringify(form.delimiter)}.`,
    });
  }
  if (expected === undefined) checkFirstRow(count, position, form);
  const numbers = new Float64Array(count);
  let index = 0;
  for (const field of fieldsOf(text, position, form)) {
    numbers[index] = numberOf(field, position, form, index);
    index++;
  }
  return numbers;
}

interface RowLook {
  readonly count: number;
  readonly first: string;
  /** Whether one of the fields may be a value. */
  readonly hasValue: boolean;
}

function lookThrough(text: string, position: DataPosition, form: CsvForm): RowLook {
  let count = 0;
  let first = '';
  let hasValue = false;
  for (const field of fieldsOf(text, position, form)) {
    if (count === 0) first = field;
    count++;
    hasValue ||= isValue(field);
    if (!field.includes('\0')) continue;
    throw new DataError('nul-byte', 'the row contains a NUL byte', {
      ...position,
      column: count,
      fix: 'Write the file as UTF-8 text. Check that it has the content type of the channel.',
    });
  }
  return { count, first, hasValue };
}

function* fieldsOf(text: string, position: DataPosition, { delimiter }: CsvForm): Generator<string, void, undefined> {
  for (let at = 0, column = 1; ; column++) {
    const start = skipSpaces(text, at, delimiter);
    if (text[start] !== '"') {
      const end = text.indexOf(delimiter, at);
      yield text.slice(at, end < 0 ? undefined : end).trim();
      if (end < 0) return;
      at = end + 1;
      continue;
    }
    const field = quotedField(text, start + 1, delimiter);
    if (field === undefined || (field.end < text.length && text[field.end] !== delimiter)) {
      throw new DataError('csv-quote', 'a quoted field does not end before the next delimiter', {
        ...position,
        column,
        fix: 'Close each quote in its own line. Write numbers without quotes.',
      });
    }
    yield field.text.trim();
    if (field.end >= text.length) return;
    at = field.end + 1;
  }
}

// A space or a tab may be the delimiter.
function skipSpaces(text: string, start: number, delimiter: string): number {
  let at = start;
  while (text[at] !== delimiter && (text[at] === ' ' || text[at] === '\t')) at++;
  return at;
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
  return { text: text.slice(start, quote).replaceAll('""', '"'), end: skipSpaces(text, quote + 1, delimiter) };
}

function isValue(field: string): boolean {
  return field === '' || isNumberText(field) || isNotFiniteText(field);
}

function checkDelimiter(field: string, position: DataPosition, form: CsvForm): void {
  const other = ['\t', ';', '|', ' '].find((delimiter) => delimiter !== form.delimiter && field.includes(delimiter));
  if (other === undefined || !field.split(other).some(isValue)) return;
  throw new DataError('csv-delimiter', `fields are separated by ${JSON.stringify(other)}`, {
    ...position,
    fix: `Separate fields by ${JSON.stringify(form.delimiter)}.`,
  });
}

// A first line with names only, as programs write it above the data.
function headerError(first: string, position: DataPosition): DataError {
  return new DataError('csv-header', `the first line is a header: it starts with ${quoteValue(first)}`, {
    ...position,
    fix: 'Remove the header: the first line of a CSV file for training is the first row.',
  });
}

function checkFirstRow(count: number, position: DataPosition, form: CsvForm): void {
  const before = form.labelSize + (form.hasWeights ? 1 : 0);
  if (count > before) return;
  throw new DataError('row-length', `the row has ${count} fields, which leaves no features`, {
    ...position,
    fix: `Write ${before} fields for labels${form.hasWeights ? ' and weight' : ''}, then the features, or correct label_size in the content type.`,
  });
}

function numberOf(field: string, row: DataPosition, form: CsvForm, index: number): number {
  const isFeature = index >= form.labelSize + (form.hasWeights ? 1 : 0);
  const mayMiss = isFeature && form.missing === 'nan';
  if (mayMiss && (field === '' || isNanText(field))) return Number.NaN;
  // A plain number first: rows may have millions of them.
  const value = isNumberText(field) ? Number(field) : Number.NaN;
  if (fits(value, isFeature && form.isSingle)) return value;
  const position = { ...row, column: index + 1 };
  if (field === '') {
    const [rule, what] =
      index < form.labelSize ? (['label-missing', 'the label'] as const) : (['value-missing', 'a value'] as const);
    throw new DataError(rule, `${what} is missing`, {
      ...position,
      fix: 'Fill in each value, or remove the row.',
    });
  }
  if (isNotFiniteText(field)) {
    throw new DataError('not-finite', `${quoteValue(field)} is not a finite number`, {
      ...position,
      fix: 'Replace NaN and infinite values, or remove the row.',
    });
  }
  if (field.includes('\r')) throw carriageReturn(field, position);
  if (!isNumberText(field)) {
    throw new DataError('not-a-number', `${quoteValue(field)} is not a number`, {
      ...position,
      fix: 'Encode text and categories as numbers.',
    });
  }
  throw new DataError(
    'value-range',
    `${quoteValue(field)} is too large for a number of ${isFeature && form.isSingle ? 32 : 64} bits`,
    {
      ...position,
      fix: 'Scale the values of the column.',
    },
  );
}
