// xgboost on several hosts. As built: `npm run build` first.
import { test } from 'node:test';
import { checkProgram } from './check-program.ts';

test('xgboost on two hosts, whose tracker prints for both', (t) =>
  checkProgram(t, { folder: 'boosting/xgboost-two-hosts', packages: 'boosting' }));
