// Programs as people write them, in several languages: sound ones have no finding. The gate asks some of them a few
// questions, the long run asks all of them everything.
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { validateImage } from '../../src/validate/lazy-validate-image.ts';
import { ROOT } from '../support/job.ts';
import { pythonFolder } from '../support/python.ts';
import { reportVerdicts } from '../support/verdicts.ts';

const SOUND = join(ROOT, 'test', 'fixtures', 'sound', 'zoo');
const IS_LONG = process.env['OPTML_TEST_LONG'] === '1';
// One of each language, and those with which the stop checks have been wrong.
const IN_GATE = ['java-classic', 'python-late-handler', 'script-node', 'script-r', 'shell-child'];
const ONLY = ['success-run', 'failure-exit-code', 'host-names', 'checkpoint-read', 'stop-in-time', 'stop-saves'];
// What is true of these programs, and known.
const ACCEPTED: Readonly<Record<string, readonly string[]>> = {};
const LONG = { steps: '400', epochs: '400', rounds: '400' };

const names = readdirSync(SOUND).filter((name) => IS_LONG || IN_GATE.includes(name));
const variables = { ...process.env, PATH: `${pythonFolder()}:${process.env['PATH']}` };

suite('sound programs', { concurrency: 2 }, () => {
  for (const name of names) {
    test(`${name} has no finding`, async (t) => {
      const dir = join(SOUND, name);
      const target = existsSync(join(dir, 'Dockerfile')) ? { project: dir } : { command: [join(dir, 'train')] };
      const report = await validateImage({
        ...target,
        engine: 'process',
        variables,
        longHyperparameters: LONG,
        ...(!IS_LONG && { only: ONLY }),
      });
      reportVerdicts(t, name, report);
      const found = report.checks.filter(({ status }) => status === 'fail');
      const lines = found.map(({ id, verdict }) => `${id}: ${verdict}`);
      assert.deepEqual(
        found.map(({ id }) => id).filter((id) => !ACCEPTED[name]?.includes(id)),
        [],
        lines.join('\n'),
      );
      assert.equal(report.verdict, 'pass', JSON.stringify(report.obstacle));
      const stop = report.checks.find(({ id }) => id === 'stop-in-time');
      assert.equal(stop?.status, 'pass', stop?.verdict);
    });
  }
});
