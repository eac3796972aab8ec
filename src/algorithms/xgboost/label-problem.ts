import type { XGBoostValues } from './combinations.ts';

interface LabelRule {
  readonly isAllowed: (label: number) => boolean;
  /** The end of "the label of a row is 7, but must be". */
  readonly expected: string;
}

const isWhole = Number.isInteger;

const PROBABILITY: LabelRule = { isAllowed: (label) => label >= 0 && label <= 1, expected: 'from 0 to 1' };
const NOT_NEGATIVE: LabelRule = { isAllowed: (label) => label >= 0, expected: '0 or more' };
/** Gains of ranking are powers of 2 of the label. */
const RELEVANCE: LabelRule = {
  isAllowed: (label) => isWhole(label) && label >= 0 && label <= 31,
  expected: 'a whole number from 0 to 31',
};

/** Objective → the labels that XGBoost's own checks accept (src/objective of XGBoost 3.2). Others have no rule. */
const RULES: Readonly<Record<string, LabelRule>> = {
  'binary:logistic': PROBABILITY,
  'binary:logitraw': PROBABILITY,
  'reg:logistic': PROBABILITY,
  'count:poisson': NOT_NEGATIVE,
  'reg:tweedie': NOT_NEGATIVE,
  'reg:gamma': { isAllowed: (label) => label > 0, expected: 'more than 0' },
  'reg:squaredlogerror': { isAllowed: (label) => label > -1, expected: 'more than -1' },
  'rank:map': { isAllowed: (label) => label === 0 || label === 1, expected: '0 or 1' },
  'rank:ndcg': RELEVANCE,
  'rank:pairwise': RELEVANCE,
};

/**
 * What is wrong with a label for the objective of a job. XGBoost would find it too, when all rows are read, and without saying
 * in which row.
 */
export function labelProblem({
  objective,
  num_class: classes,
}: Pick<XGBoostValues, 'objective' | 'num_class'>): (label: number) => string | undefined {
  const [rule, reason] =
    objective.startsWith('multi:') && classes !== undefined
      ? [classRule(classes), `num_class=${classes}`]
      : [Object.hasOwn(RULES, objective) ? RULES[objective] : undefined, `objective=${objective}`];
  return (label) => {
    // XGBoost keeps labels in 32 bits.
    const single = Math.fround(label);
    if (!Number.isFinite(single)) return 'but must fit into 32 bits';
    return rule === undefined || rule.isAllowed(single) ? undefined : `but must be ${rule.expected} for ${reason}`;
  };
}

/** What is wrong with the weight of a row. */
export function weightProblem(weight: number): string | undefined {
  return weight >= 0 && Number.isFinite(Math.fround(weight))
    ? undefined
    : 'but must be 0 or more, and fit into 32 bits';
}

function classRule(classes: number): LabelRule {
  return {
    isAllowed: (label) => isWhole(label) && label >= 0 && label < classes,
    expected: `a whole number from 0 to ${classes - 1}`,
  };
}
