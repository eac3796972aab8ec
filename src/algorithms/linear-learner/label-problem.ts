import type { PredictorType } from './task.ts';

/** What is wrong with a label for a kind of predictor. */
export function labelProblem(values: {
  readonly predictor_type: PredictorType;
  readonly num_classes: number | undefined;
}): (label: number) => string | undefined {
  const type = values.predictor_type;
  if (type === 'regressor') return (label) => (Number.isFinite(label) ? undefined : 'but must be a finite number');
  const classes = type === 'binary_classifier' ? 2 : (values.num_classes ?? 2);
  const expected =
    type === 'binary_classifier'
      ? 'but must be 0 or 1 for predictor_type=binary_classifier'
      : `but must be a whole number from 0 to ${classes - 1} for num_classes=${classes}`;
  return (label) => (Number.isInteger(label) && label >= 0 && label < classes ? undefined : expected);
}
