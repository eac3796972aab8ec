import { DataError, type DataPosition } from './data-error.ts';
import type { ReaderOptions } from './row-parser.ts';

/**
 * Checks `count` labels of a row from `start` on, as the options want it. In text, the labels are the first columns.
 *
 * @throws DataError label-value.
 */
export function checkLabels(
  { checkLabel }: ReaderOptions,
  labels: ArrayLike<number>,
  { start, count }: { readonly start: number; readonly count: number },
  position: DataPosition,
): void {
  if (checkLabel === undefined) return;
  for (let at = start; at < start + count; at++) {
    const problem = checkLabel(labels[at] as number);
    if (problem === undefined) continue;
    throw new DataError('label-value', `the label of a row is ${labels[at]}, ${problem}`, {
      ...position,
      fix: 'Correct the label, or the hyperparameters that define the labels.',
    });
  }
}

/**
 * Checks the weight of a row, as the options want it.
 *
 * @throws DataError weight-value.
 */
export function checkWeight({ checkWeight: check }: ReaderOptions, weight: number, position: DataPosition): void {
  const problem = check?.(weight);
  if (problem === undefined) return;
  throw new DataError('weight-value', `the weight of a row is ${weight}, ${problem}`, {
    ...position,
    fix: 'Correct the weight.',
  });
}
