// Each broken program is found out by the check of its name, and by no other: what `optml validate` runs without containers.
// Here those that get something wrong at their start; the others are in broken-ends.test.ts.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { findGroupParent } from '../../src/engines/process/memory/group-parent.ts';
import { validateImage } from '../../src/validate/lazy-validate-image.ts';
import { LONG, testBrokenPrograms } from '../support/broken-programs.ts';
import { ROOT } from '../support/job.ts';
import { DRIVERS_CHECKS, skippedChecks } from '../support/skipped-checks.ts';
import { reportVerdicts } from '../support/verdicts.ts';

const SOUND = join(ROOT, 'test', 'fixtures', 'sound', 'program', 'train');

// What needs an image or its containers, and the checks of drivers.
const SKIPPED = [
  ...DRIVERS_CHECKS,
  'architecture',
  'entrypoint-form',
  'entrypoint-program',
  'entrypoint-takes-train',
  'image-size',
  'init-entrypoint',
  // Without control groups of its own.
  ...(typeof findGroupParent() === 'string' ? ['memory-used'] : []),
  'nvidia-driver',
  'other-user',
  'out-of-memory',
  'path-variable',
  'platform-folders',
  'program-format',
  'program-name',
  'read-only-root',
  'reserved-folders',
  'secrets-in-environment',
  'secrets-in-files',
  'secrets-in-history',
  'stop-signal',
  'train-on-path',
  'user-exists',
  'user-is-root',
  'volumes',
].sort();

test('a sound program fails no check, and passes all that a process can be asked', async (t) => {
  const report = await validateImage({ command: [SOUND], longHyperparameters: LONG });
  reportVerdicts(t, 'program', report);
  const others = report.checks.filter(({ status }) => status !== 'pass' && status !== 'skipped');
  assert.deepEqual(
    others.map(({ id, status, verdict }) => `${status} ${id}: ${verdict}`),
    [],
  );
  assert.deepEqual(skippedChecks(report), SKIPPED);
});

testBrokenPrograms('at the start');
