import { type DenseBatch, type Floats, newFloats } from './batch.ts';

/** The form of the rows of a batch. */
export interface DenseForm {
  readonly columns: number;
  readonly labelSize: number;
  readonly hasWeights: boolean;
  readonly isSingle: boolean;
}

/** A dense batch that is filled. Readers write the numbers of row `rows` into the arrays, then add one to `rows`. */
export class DenseRows {
  readonly form: DenseForm;
  readonly capacity: number;
  readonly values: Floats;
  readonly labels: Float64Array;
  readonly weights: Float64Array;
  rows = 0;

  constructor(form: DenseForm, capacity: number) {
    this.form = form;
    this.capacity = capacity;
    this.values = newFloats(form.isSingle, capacity * form.columns);
    this.labels = new Float64Array(capacity * form.labelSize);
    this.weights = new Float64Array(form.hasWeights ? capacity : 0);
  }

  /** The rows so far. The arrays belong to the batch from now on. */
  take(): DenseBatch {
    const { rows, capacity } = this;
    const { columns, labelSize, hasWeights } = this.form;
    const cut = <Numbers extends Floats>(numbers: Numbers, length: number) =>
      (rows === capacity ? numbers : numbers.slice(0, length)) as Numbers;
    return {
      kind: 'dense',
      rows,
      columns,
      values: cut(this.values, rows * columns),
      labels: cut(this.labels, rows * labelSize),
      labelSize,
      weights: hasWeights ? cut(this.weights, rows) : undefined,
    };
  }
}
