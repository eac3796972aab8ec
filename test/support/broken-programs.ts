import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { validateImage } from '../../src/validate/lazy-validate-image.ts';
import { brokenFixtures } from './broken-fixtures.ts';
import { pythonFolder } from './python.ts';
import { reportVerdicts } from './verdicts.ts';

/** Hyperparameters with which the programs run for some minutes. */
export const LONG = { steps: '200', epochs: '200' };

const PROGRAMS = brokenFixtures().filter(({ isImage, drivers }) => !isImage && drivers === undefined);
// What takes long in every run is asked one thing only.
const SLOW = ['start-time'];
// Further programs of a check are asked that one alone, except in the long run.
const IS_LONG = process.env['OPTML_TEST_LONG'] === '1';

// Checks of what a job leaves, and of how it is stopped. The others are about what it gets.
const AT_THE_END = /^(?:checkpoint|failure|files|full-disk|model|output|stop)-/;

/** The two halves of the programs: each is a test file that ends in time on a busy machine, too. */
export type Half = 'at the start' | 'at the end';

/** One test for each program of a half: it fails the check of its name, and no other. */
export function testBrokenPrograms(half: Half): void {
  const programs = PROGRAMS.filter(({ id }) => AT_THE_END.test(id) === (half === 'at the end'));
  suite('broken programs', { concurrency: 2 }, () => {
    for (const { name, id, dir, job, alsoFails } of programs) {
      test(`the program "${name}" fails its check alone`, async (t) => {
        const path = `${pythonFolder()}:${process.env['PATH']}`;
        const variables = { ...process.env, PATH: path, AWS_ENDPOINT_URL_S3: await startServer(t) };
        const isAlone = SLOW.includes(id) || (name !== id && !IS_LONG);
        const report = await validateImage({
          ...{ command: [join(dir, 'train')], job, variables, engine: 'process', longHyperparameters: LONG },
          ...(isAlone && { only: [id] }),
        });
        reportVerdicts(t, name, report);
        const failed = report.checks.filter(({ status }) => status === 'fail');
        const others = isAlone ? [] : alsoFails;
        assert.deepEqual(
          failed.map((check) => check.id).sort(),
          [id, ...others].sort(),
          failed.map((check) => `${check.id}: ${check.verdict}`).join('\n'),
        );
      });
    }
  });
}

// What one of the programs calls, by the one variable that a job of any program may hold.
async function startServer(t: TestContext): Promise<string> {
  const server = createServer((socket) => socket.end()).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
