// Drivers of the newer SDK that are broken in one known way are found out by name (contract C90 to C92).
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { ALL_CHECKS } from '../../src/validate/checks/all-checks.ts';
import { validateImage } from '../../src/validate/lazy-validate-image.ts';
import { brokenFixtures } from '../support/broken-fixtures.ts';
import { driversJob, START_DRIVERS } from '../support/drivers-job.ts';
import { pythonFolder } from '../support/python.ts';
import { skippedChecks } from '../support/skipped-checks.ts';
import { reportVerdicts } from '../support/verdicts.ts';

// What is asked of drivers, and what follows from their breakages.
const ONLY = [
  ...ALL_CHECKS.map(({ id }) => id).filter((id) => id.startsWith('drivers-')),
  ...['success-run', 'failure-exit-code', 'stop-in-time', 'hyperparameters-odd', 'hyperparameters-names', 'two-hosts'],
];
const OPTIONS = {
  command: [START_DRIVERS],
  longHyperparameters: { steps: '200' },
  variables: { ...process.env, PATH: `${pythonFolder()}:${process.env['PATH']}` },
};
const BROKEN = brokenFixtures().filter(({ drivers }) => drivers !== undefined);

suite('drivers', { concurrency: 2 }, () => {
  test('sound ones fail no check', async (t) => {
    const job = driversJob(t);
    const report = await validateImage({ ...OPTIONS, job });
    reportVerdicts(t, 'sm-drivers', report);
    const others = report.checks.filter(({ status }) => status !== 'pass' && status !== 'skipped');
    assert.deepEqual(
      others.map(({ id, status, verdict }) => `${status} ${id}: ${verdict}`),
      [],
    );
    const skipped = skippedChecks(report).filter((id) => id.startsWith('drivers-'));
    assert.deepEqual(skipped, ['drivers-folders', 'drivers-programs']);
  });

  for (const { name, id, drivers, alsoFails } of BROKEN) {
    test(`the drivers that are broken by "${id}" fail that check alone`, async (t) => {
      const job = driversJob(t, drivers);
      const report = await validateImage({ ...OPTIONS, job, only: ONLY });
      reportVerdicts(t, name, report);
      const failed = report.checks.filter(({ status }) => status === 'fail');
      const told = failed.map((check) => `${check.id}: ${check.verdict}`).join('\n');
      assert.deepEqual(failed.map((check) => check.id).sort(), [id, ...alsoFails].sort(), told);
    });
  }
});
