/** Rows of one length, one after the other. */
export type Rows = Float32Array | Float64Array;

/**
 * The dot products of rows with weights: `out[row * outputs + output]`. Two rows and four outputs at a time: the sums stay in
 * registers, and each number is read once for all of them. Each sum is added up feature by feature, whatever is beside it.
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
  for (let row = 0; row < rowCount; row += 2) {
    // The last of an odd number of rows is computed twice.
    const start = row * dim;
    const next = row + 1 < rowCount ? dim : 0;
    const target = row * outputs;
    const nextTarget = row + 1 < rowCount ? target + outputs : target;
    for (let output = 0; output < inFours; output += 4) {
      let w0 = output * dim;
      let w1 = w0 + dim;
      let w2 = w1 + dim;
      let w3 = w2 + dim;
      let a0 = 0;
      let a1 = 0;
      let a2 = 0;
      let a3 = 0;
      let b0 = 0;
      let b1 = 0;
      let b2 = 0;
      let b3 = 0;
      for (let x = start; x < start + dim; x++) {
        const a = rows[x] as number;
        const b = rows[x + next] as number;
        const v0 = weights[w0++] as number;
        const v1 = weights[w1++] as number;
        const v2 = weights[w2++] as number;
        const v3 = weights[w3++] as number;
        a0 += a * v0;
        a1 += a * v1;
        a2 += a * v2;
        a3 += a * v3;
        b0 += b * v0;
        b1 += b * v1;
        b2 += b * v2;
        b3 += b * v3;
      }
      out[target + output] = a0;
      out[target + output + 1] = a1;
      out[target + output + 2] = a2;
      out[target + output + 3] = a3;
      out[nextTarget + output] = b0;
      out[nextTarget + output + 1] = b1;
      out[nextTarget + output + 2] = b2;
      out[nextTarget + output + 3] = b3;
    }
  }
  for (let output = inFours; output < outputs; output++)
    oneOutput(rows, rowCount, dim, weights, { outputs, output }, out);
}

/** The dot products of rows with the weights of one output: four rows at a time, whose sums do not wait for one another. */
function oneOutput(
  rows: Rows,
  rowCount: number,
  dim: number,
  weights: Float64Array,
  { outputs, output }: { readonly outputs: number; readonly output: number },
  out: Float64Array,
): void {
  const from = output * dim;
  const inFours = rowCount - (rowCount % 4);
  for (let row = 0; row < inFours; row += 4) {
    let x0 = row * dim;
    let x1 = x0 + dim;
    let x2 = x1 + dim;
    let x3 = x2 + dim;
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (let at = from; at < from + dim; at++) {
      const weight = weights[at] as number;
      s0 += (rows[x0++] as number) * weight;
      s1 += (rows[x1++] as number) * weight;
      s2 += (rows[x2++] as number) * weight;
      s3 += (rows[x3++] as number) * weight;
    }
    const target = row * outputs + output;
    out[target] = s0;
    out[target + outputs] = s1;
    out[target + 2 * outputs] = s2;
    out[target + 3 * outputs] = s3;
  }
  for (let row = inFours; row < rowCount; row++) {
    let x = row * dim;
    let sum = 0;
    for (let at = from; at < from + dim; at++) sum += (rows[x++] as number) * (weights[at] as number);
    out[row * outputs + output] = sum;
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
