import type { ValuesOf } from '../../algorithm/values.ts';
import type { XGBOOST_HYPERPARAMETERS } from './hyperparameters.ts';

/** Checked hyperparameters of a job. */
export type XGBoostValues = ValuesOf<typeof XGBOOST_HYPERPARAMETERS>;

const LINEAR = ['shotgun', 'coord_descent'];
const CHANGING = ['refresh', 'prune'];
const GROWING = ['grow_colmaker', 'distcol', 'grow_histmaker', 'grow_local_histmaker', 'grow_quantile_histmaker'];
/** Updaters that XGBoost no longer has. */
const REMOVED = ['distcol', 'grow_local_histmaker', 'grow_skmaker'];

const DEFAULT_UPDATER = 'grow_colmaker,prune';
const DEFAULT_CONSTRAINTS = '(0, 0)';

/** What is wrong with several hyperparameters together, as AWS's container checks it, and what this XGBoost no longer has. */
export function checkCombinations(values: XGBoostValues): readonly string[] {
  return [updaterProblem(values), ...metricProblems(values), ...constraintProblems(values), gpuProblem(values)].filter(
    (problem) => problem !== undefined,
  );
}

function updaterProblem({ updater, booster, process_type: process }: XGBoostValues): string | undefined {
  if (updater.join(',') === DEFAULT_UPDATER) return undefined;
  if (booster === 'gblinear') {
    const isOne = updater.length === 1 && LINEAR.includes(updater[0] ?? '');
    return isOne ? undefined : 'updater must be shotgun or coord_descent for booster gblinear';
  }
  const linear = updater.find((name) => LINEAR.includes(name));
  if (linear !== undefined) return `updater ${linear} needs booster gblinear`;
  const removed = updater.find((name) => REMOVED.includes(name));
  if (removed !== undefined) return `updater ${removed} is not in this version of XGBoost: use tree_method`;
  if (process === 'update' && !updater.every((name) => CHANGING.includes(name))) {
    return 'updater must consist of refresh and prune for process_type update';
  }
  const growing = updater.filter((name) => GROWING.includes(name));
  return growing.length > 1 ? `updater may contain only one of ${growing.join(', ')}` : undefined;
}

function metricProblems({ eval_metric: metrics = [], objective }: XGBoostValues): readonly (string | undefined)[] {
  const isRanked = /^(?:binary|rank|multi):/.test(objective);
  return [
    metrics.includes('auc') && !isRanked
      ? `eval_metric auc needs an objective of classes or ranks, not ${objective}`
      : undefined,
    metrics.includes('aft-nloglik') && objective !== 'survival:aft'
      ? `eval_metric aft-nloglik needs objective survival:aft, not ${objective}`
      : undefined,
  ];
}

function constraintProblems(values: XGBoostValues): readonly (string | undefined)[] {
  const { tree_method: method, monotone_constraints: monotone, interaction_constraints: groups } = values;
  return [
    monotone !== DEFAULT_CONSTRAINTS && !['exact', 'hist'].includes(method)
      ? `monotone_constraints needs tree_method exact or hist, not ${method}`
      : undefined,
    groups !== undefined && !['exact', 'hist', 'approx'].includes(method)
      ? `interaction_constraints needs tree_method exact, hist or approx, not ${method}`
      : undefined,
  ];
}

function gpuProblem({ tree_method: method }: XGBoostValues): string | undefined {
  return method === 'gpu_hist'
    ? 'tree_method gpu_hist needs a GPU, which this XGBoost does not use: use hist'
    : undefined;
}
