/** The losses that the algorithm can minimize. */
export type LossName =
  | 'logistic'
  | 'hinge_loss'
  | 'softmax_loss'
  | 'squared_loss'
  | 'absolute_loss'
  | 'eps_insensitive_squared_loss'
  | 'eps_insensitive_absolute_loss'
  | 'quantile_loss'
  | 'huber_loss';

/** Parameters of the losses, in the unit of the labels. */
export interface LossParameters {
  readonly margin: number;
  readonly quantile: number;
  readonly insensitivity: number;
  readonly huberDelta: number;
}

/** A loss of one score: its value, and its derivative by the score. */
export interface ScalarLoss {
  readonly value: (score: number, label: number) => number;
  readonly slope: (score: number, label: number) => number;
}

/**
 * The losses of one score. Labels of `logistic` and `hinge_loss` are 0 and 1. The squared losses report the square of the
 * error, and have the error itself as their slope, so that `wd` means what `alpha` means in scikit-learn.
 */
export function scalarLoss(name: Exclude<LossName, 'softmax_loss'>, parameters: LossParameters): ScalarLoss {
  const { margin, quantile, insensitivity: epsilon, huberDelta: delta } = parameters;
  switch (name) {
    case 'logistic':
      return {
        value: (score, label) => Math.max(score, 0) - score * label + Math.log1p(Math.exp(-Math.abs(score))),
        slope: (score, label) => sigmoid(score) - label,
      };
    case 'hinge_loss':
      return {
        value: (score, label) => Math.max(0, margin - sign(label) * score),
        slope: (score, label) => (sign(label) * score < margin ? -sign(label) : 0),
      };
    case 'squared_loss':
      return { value: (score, label) => (score - label) ** 2, slope: (score, label) => score - label };
    case 'absolute_loss':
      return {
        value: (score, label) => Math.abs(score - label),
        slope: (score, label) => Math.sign(score - label),
      };
    case 'eps_insensitive_squared_loss':
      return {
        value: (score, label) => beyond(score - label, epsilon) ** 2,
        slope: (score, label) => beyond(score - label, epsilon),
      };
    case 'eps_insensitive_absolute_loss':
      return {
        value: (score, label) => Math.abs(beyond(score - label, epsilon)),
        slope: (score, label) => Math.sign(beyond(score - label, epsilon)),
      };
    case 'quantile_loss':
      return {
        value: (score, label) => (label > score ? quantile : quantile - 1) * (label - score),
        slope: (score, label) => (label > score ? -quantile : 1 - quantile),
      };
    case 'huber_loss':
      return {
        value: (score, label) => {
          const error = Math.abs(score - label);
          return error <= delta ? error ** 2 / 2 : delta * (error - delta / 2);
        },
        slope: (score, label) => Math.min(delta, Math.max(-delta, score - label)),
      };
  }
}

/** The probability that a score of the loss `logistic` stands for. */
export function sigmoid(score: number): number {
  return score >= 0 ? 1 / (1 + Math.exp(-score)) : 1 - 1 / (1 + Math.exp(score));
}

/** Changes scores into probabilities, in place. Returns the logarithm of the sum of their exponentials. */
export function softmax(scores: Float64Array, from: number, count: number): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let at = from; at < from + count; at++) most = Math.max(most, scores[at] as number);
  let sum = 0;
  for (let at = from; at < from + count; at++) {
    const part = Math.exp((scores[at] as number) - most);
    scores[at] = part;
    sum += part;
  }
  for (let at = from; at < from + count; at++) (scores[at] as number) /= sum;
  return most + Math.log(sum);
}

const sign = (label: number) => (label > 0 ? 1 : -1);

/** How far an error is beyond the interval in which it does not count. */
const beyond = (error: number, epsilon: number) =>
  error > epsilon ? error - epsilon : error < -epsilon ? error + epsilon : 0;
