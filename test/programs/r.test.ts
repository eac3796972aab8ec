// R, from Debian's packages r-base-core, r-cran-jsonlite and r-cran-nnet. As built: `npm run build` first.
import { spawnSync } from 'node:child_process';
import { type TestContext, test } from 'node:test';
import { cannotRun } from '../support/frameworks/cannot-run.ts';
import { checkProgram } from './check-program.ts';

function checkR(t: TestContext, folder: string): Promise<void> | undefined {
  const probe = spawnSync('Rscript', ['-e', 'library(jsonlite); library(nnet)'], { encoding: 'utf8' });
  if (probe.status === 0) return checkProgram(t, { folder });
  return cannotRun(t, 'Rscript with the packages jsonlite and nnet is not installed');
}

test('R with messages on standard error and a model in RDS', (t) => checkR(t, 'r/linear'));

test('R that is started by a shell script and saves checkpoints', (t) => checkR(t, 'r/neural-network'));
