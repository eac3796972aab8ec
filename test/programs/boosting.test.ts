// xgboost and lightgbm. As built: `npm run build` first.
import { test } from 'node:test';
import { checkInterruption, checkProgram, checkResume } from './check-program.ts';

const packages = 'boosting';

test('xgboost in script mode, with its evaluation log', (t) =>
  checkProgram(t, { folder: 'boosting/xgboost-housing', packages }));

test('xgboost that is interrupted and continues from its own checkpoints', (t) =>
  checkInterruption(t, { folder: 'boosting/xgboost-checkpoints', packages }, 4));

test('xgboost that stops early', (t) => checkProgram(t, { folder: 'boosting/xgboost-early-stopping', packages }));

test('xgboost with a model for each fold', (t) => checkProgram(t, { folder: 'boosting/xgboost-folds', packages }));

test('lightgbm with its evaluation log', (t) => checkProgram(t, { folder: 'boosting/lightgbm-housing', packages }));

test('lightgbm that fails, and continues in a second job', (t) =>
  checkResume(t, { folder: 'boosting/lightgbm-resume', packages }));
