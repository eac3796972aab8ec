import { defineAlgorithm } from '../../algorithm/define-algorithm.ts';
import { XGBOOST_CHANNELS } from './channels.ts';
import { checkCombinations } from './combinations.ts';
import { XGBOOST_HYPERPARAMETERS } from './hyperparameters.ts';
import { XGBOOST_METRICS } from './metrics.ts';
import { trainXGBoost } from './train-xgboost.ts';

/**
 * XGBoost with the hyperparameters, channels and metrics of AWS's own. The library itself trains, in Python.
 *
 * @example
 * ```ts
 * import { xgboost } from 'optml/algorithms/xgboost';
 *
 * console.log(Object.keys(xgboost.hyperparameters).includes('num_round')); // true
 * ```
 */
export const xgboost = defineAlgorithm({
  name: 'XGBoost',
  description: 'Gradient boosting with trees or a linear model, by the library XGBoost.',
  hyperparameters: XGBOOST_HYPERPARAMETERS,
  channels: XGBOOST_CHANNELS,
  metrics: XGBOOST_METRICS,
  distributed: true,
  check: checkCombinations,
  train: trainXGBoost,
});
