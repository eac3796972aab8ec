// scikit-learn. As built: `npm run build` first.
import { test } from 'node:test';
import { checkProgram } from './check-program.ts';

const packages = 'boosting';

test('a random forest with requirements, saved by joblib', (t) =>
  checkProgram(t, { folder: 'sklearn/forest', packages }));

test('a linear classifier that prints its own progress', (t) =>
  checkProgram(t, { folder: 'sklearn/sgd-verbose', packages }));

test('a search over a grid', (t) => checkProgram(t, { folder: 'sklearn/grid-search', packages }));
