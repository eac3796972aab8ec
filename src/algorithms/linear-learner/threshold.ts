/** How models of a binary classifier are compared. */
export type Criterion =
  | 'accuracy'
  | 'f1'
  | 'f_beta'
  | 'precision_at_target_recall'
  | 'recall_at_target_precision'
  | 'cross_entropy_loss'
  | 'loss_function';

/** The numbers that criteria need. */
export interface CriterionSettings {
  readonly criterion: Criterion;
  readonly fBeta: number;
  readonly targetRecall: number;
  readonly targetPrecision: number;
}

/** Scores of rows of both classes, each sorted upwards. */
export interface SortedScores {
  readonly positive: Float64Array;
  readonly negative: Float64Array;
}

/** Rows by what they are and what is predicted. */
export interface Confusion {
  readonly truePositive: number;
  readonly falsePositive: number;
  readonly positive: number;
  readonly negative: number;
}

/** A threshold: rows with at least this score are predicted to be positive. */
export interface Threshold {
  readonly threshold: number;
  /** The criterion at the threshold. */
  readonly value: number;
  /** Its order among other values. */
  readonly rank: number;
}

/** Whether a criterion compares losses, which need no threshold. */
export function isLoss(criterion: Criterion): boolean {
  return criterion === 'cross_entropy_loss' || criterion === 'loss_function';
}

/** Sorts scores by class. */
export function sortScores(scores: Float64Array, labels: Float64Array): SortedScores {
  const positive = scores.filter((_, row) => labels[row] === 1).sort();
  const negative = scores.filter((_, row) => labels[row] !== 1).sort();
  return { positive, negative };
}

/** The threshold with the highest value of the criterion; halfway between two scores, and the first of several from above. */
export function bestThreshold({ positive, negative }: SortedScores, settings: CriterionSettings): Threshold {
  let best: Threshold = { threshold: Number.POSITIVE_INFINITY, value: 0, rank: -1 };
  let [atPositive, atNegative] = [positive.length, negative.length];
  while (atPositive > 0 || atNegative > 0) {
    const score = Math.max(positive[atPositive - 1] ?? -Infinity, negative[atNegative - 1] ?? -Infinity);
    while (atPositive > 0 && (positive[atPositive - 1] as number) >= score) atPositive--;
    while (atNegative > 0 && (negative[atNegative - 1] as number) >= score) atNegative--;
    const confusion = {
      truePositive: positive.length - atPositive,
      falsePositive: negative.length - atNegative,
      positive: positive.length,
      negative: negative.length,
    };
    const { value, rank } = criterionOf(confusion, settings);
    if (rank <= best.rank) continue;
    const below = Math.max(positive[atPositive - 1] ?? -Infinity, negative[atNegative - 1] ?? -Infinity);
    best = { threshold: Number.isFinite(below) ? (score + below) / 2 : score, value, rank };
  }
  return best;
}

/** The value of a criterion, and its rank among others: where the target is missed, values rank below all that reach it. */
export function criterionOf(confusion: Confusion, settings: CriterionSettings): { value: number; rank: number } {
  const { truePositive, falsePositive, positive, negative } = confusion;
  const precision = precisionOf(confusion);
  const recall = recallOf(confusion);
  switch (settings.criterion) {
    case 'f1':
    case 'f_beta': {
      const value = fBetaOf(confusion, settings.criterion === 'f1' ? 1 : settings.fBeta);
      return { value, rank: value };
    }
    case 'precision_at_target_recall':
      return recall >= settings.targetRecall ? { value: precision, rank: precision } : { value: 0, rank: recall - 1 };
    case 'recall_at_target_precision':
      return precision >= settings.targetPrecision
        ? { value: recall, rank: recall }
        : { value: 0, rank: precision - 1 };
    default: {
      const value = (truePositive + negative - falsePositive) / (positive + negative);
      return { value, rank: value };
    }
  }
}

/** The part of the rows predicted to be positive that are; 0 if there are none. */
export function precisionOf({ truePositive, falsePositive }: Confusion): number {
  return ratio(truePositive, truePositive + falsePositive);
}

/** The part of the positive rows that are predicted to be; 0 if there are none. */
export function recallOf({ truePositive, positive }: Confusion): number {
  return ratio(truePositive, positive);
}

/** The F-beta score; 0 if precision and recall are. */
export function fBetaOf({ truePositive, falsePositive, positive }: Confusion, beta: number): number {
  const missed = positive - truePositive;
  const weighted = (1 + beta ** 2) * truePositive;
  return ratio(weighted, weighted + beta ** 2 * missed + falsePositive);
}

const ratio = (part: number, whole: number) => (whole === 0 ? 0 : part / whole);

/** The area under the ROC curve; 0.5 if a class has no rows. */
export function areaUnderRoc({ positive, negative }: SortedScores): number {
  if (positive.length === 0 || negative.length === 0) return 0.5;
  let below = 0;
  let equal = 0;
  let sum = 0;
  for (const score of positive) {
    while (below < negative.length && (negative[below] as number) < score) below++;
    equal = Math.max(equal, below);
    while (equal < negative.length && (negative[equal] as number) <= score) equal++;
    sum += below + (equal - below) / 2;
  }
  return sum / (positive.length * negative.length);
}
