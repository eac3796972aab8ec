import type { Rows } from '../numeric/kernels.ts';

/** value → (value - mean) / deviation. */
export interface Scaler {
  readonly mean: Float64Array;
  /** 1 for a constant. */
  readonly deviation: Float64Array;
}

/** Which of the two steps are wanted. */
export interface ScalerSettings {
  readonly unbias: boolean;
  readonly normalize: boolean;
}

/** Mean and standard deviation of each column, from the first `count` rows. */
export function scalerOf(rows: Rows, count: number, dim: number, { unbias, normalize }: ScalerSettings): Scaler {
  const mean = new Float64Array(dim);
  const squares = new Float64Array(dim);
  // Welford's update, which is exact also far from zero.
  for (let row = 0; row < count; row++) {
    for (let column = 0; column < dim; column++) {
      const value = rows[row * dim + column] as number;
      const before = value - (mean[column] as number);
      (mean[column] as number) += before / (row + 1);
      (squares[column] as number) += before * (value - (mean[column] as number));
    }
  }
  const deviation = squares.map((sum) => {
    const result = Math.sqrt(sum / Math.max(1, count));
    return normalize && result > 0 ? result : 1;
  });
  return { mean: unbias ? mean : new Float64Array(dim), deviation };
}

/** Writes scaled rows to `out`. */
export function scaleRows(rows: Rows, count: number, { mean, deviation }: Scaler, out: Float64Array): void {
  const dim = mean.length;
  for (let row = 0, at = 0; row < count; row++) {
    for (let column = 0; column < dim; column++, at++) {
      out[at] = ((rows[at] as number) - (mean[column] as number)) / (deviation[column] as number);
    }
  }
}

/** A linear model: a score of each output is `bias + weights · features`. */
export interface LinearModel {
  readonly outputs: number;
  readonly dim: number;
  /** outputs × dim. */
  readonly weights: Float64Array;
  readonly bias: Float64Array;
}

/** The model of unscaled features and labels that gives the same as `model` gives with scaled ones. */
export function unscaledModel(model: LinearModel, features: Scaler, label: Scaler | undefined): LinearModel {
  const { outputs, dim } = model;
  const unit = label?.deviation[0] ?? 1;
  const weights = new Float64Array(outputs * dim);
  const bias = new Float64Array(outputs);
  for (let output = 0; output < outputs; output++) {
    let shift = 0;
    for (let column = 0; column < dim; column++) {
      const weight = ((model.weights[output * dim + column] as number) / (features.deviation[column] as number)) * unit;
      weights[output * dim + column] = weight;
      shift += weight * (features.mean[column] as number);
    }
    bias[output] = (model.bias[output] as number) * unit + (label?.mean[0] ?? 0) - shift;
  }
  return { outputs, dim, weights, bias };
}
