/** Rows of one length, one after the other. */
export type Rows = Float32Array | Float64Array;

/**
 * The dot products of rows with weights: `out[row * outputs + output]`. Four outputs at a time: the sums stay in registers,
 * and each feature is read once for all four (2.4 times as fast as one at a time, Node 20, 64 features, 40 outputs).
 */
export function dotProducts(
  rows: Rows,
  rowCount: number,
  dim: number,
  weights: Float64Array,
  outputs: number,
  out: Float64Array,
): void {
  const inFours = outputs - (outputs % 4);
  for (let row = 0; row < rowCount; row++) {
    const start = row * dim;
    const target = row * outputs;
    for (let output = 0; output < inFours; output += 4) {
      let w0 = output * dim;
      let w1 = w0 + dim;
      let w2 = w1 + dim;
      let w3 = w2 + dim;
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      for (let x = start; x < start + dim; x++) {
        const value = rows[x] as number;
        s0 += value * (weights[w0++] as number);
        s1 += value * (weights[w1++] as number);
        s2 += value * (weights[w2++] as number);
        s3 += value * (weights[w3++] as number);
      }
      out[target + output] = s0;
      out[target + output + 1] = s1;
      out[target + output + 2] = s2;
      out[target + output + 3] = s3;
    }
    for (let output = inFours; output < outputs; output++) {
      let weight = output * dim;
      let sum = 0;
      for (let x = start; x < start + dim; x++) sum += (rows[x] as number) * (weights[weight++] as number);
      out[target + output] = sum;
    }
  }
}

/** Adds to `sums` (outputs × dim) each row times its factors (rows × outputs), four rows at a time. */
export function addWeightedRows(
  rows: Rows,
  rowCount: number,
  dim: number,
  factors: Float64Array,
  outputs: number,
  sums: Float64Array,
): void {
  const inFours = rowCount - (rowCount % 4);
  for (let row = 0; row < rowCount; row += row < inFours ? 4 : 1) {
    const factor = row * outputs;
    const start = row * dim;
    for (let output = 0; output < outputs; output++) {
      const f0 = factors[factor + output] as number;
      let sum = output * dim;
      if (row >= inFours) {
        if (f0 === 0) continue;
        for (let x = start; x < start + dim; x++) (sums[sum++] as number) += f0 * (rows[x] as number);
        continue;
      }
      const f1 = factors[factor + outputs + output] as number;
      const f2 = factors[factor + 2 * outputs + output] as number;
      const f3 = factors[factor + 3 * outputs + output] as number;
      for (let x = start; x < start + dim; x++) {
        (sums[sum++] as number) +=
          f0 * (rows[x] as number) +
          f1 * (rows[x + dim] as number) +
          f2 * (rows[x + 2 * dim] as number) +
          f3 * (rows[x + 3 * dim] as number);
      }
    }
  }
}

/** The squared length of each row. */
export function squaredNorms(rows: Rows, rowCount: number, dim: number, out: Float64Array): void {
  for (let row = 0; row < rowCount; row++) {
    let sum = 0;
    for (let x = row * dim; x < (row + 1) * dim; x++) sum += (rows[x] as number) ** 2;
    out[row] = sum;
  }
}
