import { quoteValue } from '../../../errors/quote-value.ts';
import { DataError, type DataPosition, type DataRule } from '../data-error.ts';
import { carriageReturn, fits, isNotFiniteText, isNumberText } from './number-text.ts';

/** How libsvm rows are read, see `LibsvmParser`. */
export interface LibsvmForm {
  readonly base: number;
  readonly limit: number;
  readonly hasWeights: boolean | undefined;
  readonly hasGroups: boolean | undefined;
  readonly isSingle: boolean;
}

const SYNTAX = 'label[:weight] [qid:group] index:value …';

/** The rule that a libsvm row breaks, which the parser has refused. */
export function explainLibsvmRow(line: string, position: DataPosition, form: LibsvmForm): DataError {
  const fail = (rule: DataRule, problem: string, fix: string, column?: number) =>
    new DataError(rule, problem, { ...position, column, fix });
  if (line.includes('\0')) return fail('nul-byte', 'the row contains a NUL byte', 'Write the file as UTF-8 text.');
  if (line.includes('\r')) return carriageReturn(line, position);
  const [label = '', ...fields] = line
    .replace(/#.*/s, '')
    .trim()
    .split(/[ \t]+/);
  return (
    explainLabel(label, form, fail) ??
    explainGroup(fields, form, fail) ??
    explainValues(fields[0]?.startsWith('qid:') === true ? fields.slice(1) : fields, form, fail) ??
    fail('libsvm-syntax', `the row does not have the form ${SYNTAX}`, 'Separate fields by single spaces.')
  );
}

type Fail = (rule: DataRule, problem: string, fix: string, column?: number) => DataError;

function explainLabel(text: string, form: LibsvmForm, fail: Fail): DataError | undefined {
  const [label = '', weight, ...more] = text.split(':');
  const number = explainNumber(label, false, fail);
  if (number !== undefined) {
    if (text.includes(',') || more.length > 0) return fail('libsvm-syntax', `${quoteValue(text)} is no label`, CSV_FIX);
    return number.rule === 'not-a-number'
      ? fail('not-a-number', `the label ${quoteValue(label)} is not a number`, CSV_FIX)
      : number;
  }
  // `0:1 1:2` without a label looks like a label with a weight.
  const hasWeight = weight !== undefined;
  if (hasWeight !== (form.hasWeights ?? hasWeight)) {
    return hasWeight
      ? fail(
          'label-missing',
          `the label has a weight, or is missing: ${quoteValue(text)}`,
          'Start each row with its label, all with or all without weights.',
        )
      : fail('libsvm-syntax', `the label ${quoteValue(text)} has no weight`, 'Give each label a weight, or none.');
  }
  if (more.length > 0) return fail('libsvm-syntax', `${quoteValue(text)} is no label`, `Write ${SYNTAX}.`);
  return hasWeight ? explainNumber(weight, false, fail) : undefined;
}

const CSV_FIX =
  'If the file is CSV, set ContentType of the channel to text/csv. Otherwise write label and features as numbers.';

function explainGroup([first = '']: readonly string[], form: LibsvmForm, fail: Fail): DataError | undefined {
  const hasGroup = first.startsWith('qid:');
  if (hasGroup !== (form.hasGroups ?? hasGroup)) {
    return fail('libsvm-syntax', `the row has ${hasGroup ? 'a' : 'no'} qid`, 'Give each row a qid, or none.');
  }
  if (!hasGroup || /^qid:\d{1,15}$/.test(first)) return undefined;
  return fail('libsvm-syntax', `${quoteValue(first)} is no group`, 'Write whole numbers as qid.');
}

function explainValues(fields: readonly string[], form: LibsvmForm, fail: Fail): DataError | undefined {
  let last = form.base - 1;
  for (const [at, field] of fields.entries()) {
    const [index = '', value, ...more] = field.split(':');
    const column = at + 1;
    if (value === undefined || more.length > 0 || !/^[+-]?\d+$/.test(index)) {
      return fail('libsvm-syntax', `${quoteValue(field)} has not the form index:value`, `Write ${SYNTAX}.`, column);
    }
    const number = Number(index);
    if (!/^\d/.test(index) || number < form.base || number >= form.limit) {
      const fix = `Use indices from ${form.base} to ${form.limit - 1}.`;
      return fail('index-range', `the index ${quoteValue(index)} is out of range`, fix, column);
    }
    if (number <= last) {
      return fail(
        'index-order',
        `the index ${number} follows ${last}`,
        'Write each index once, in ascending order.',
        column,
      );
    }
    last = number;
    const problem = explainNumber(value, form.isSingle, (rule, text, fix) => fail(rule, text, fix, column));
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function explainNumber(text: string, isSingle: boolean, fail: Fail): DataError | undefined {
  if (text === '') return fail('value-missing', 'a value is missing', 'Fill in each value.');
  if (isNotFiniteText(text)) {
    return fail(
      'not-finite',
      `${quoteValue(text)} is not a finite number`,
      'Leave missing values out, or remove the row.',
    );
  }
  if (!isNumberText(text))
    return fail('not-a-number', `${quoteValue(text)} is not a number`, 'Encode text and categories as numbers.');
  if (fits(Number(text), isSingle)) return undefined;
  return fail(
    'value-range',
    `${quoteValue(text)} is too large for a number of ${isSingle ? 32 : 64} bits`,
    'Scale the values of the column.',
  );
}
