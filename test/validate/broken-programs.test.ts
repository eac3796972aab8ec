// Each broken program is found out by the check of its name, and by no other: what `optml validate` runs without containers.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { validateImage } from '../../src/validate/lazy-validate-image.ts';
import { brokenFixtures } from '../support/broken-fixtures.ts';
import { ROOT } from '../support/job.ts';
import { pythonFolder } from '../support/python.ts';
import { DRIVERS_CHECKS, skippedChecks } from '../support/skipped-checks.ts';

const PROGRAMS = brokenFixtures().filter(({ isImage, drivers }) => !isImage && drivers === undefined);
const SOUND = join(ROOT, 'test', 'fixtures', 'sound', 'program', 'train');
// What takes long in every run is asked one thing only.
const SLOW = ['start-time'];
const LONG = { steps: '200', epochs: '200' };
// Further programs of a check are asked that one alone, except in the long run.
const IS_LONG = process.env['OPTML_TEST_LONG'] === '1';

// What needs an image or its containers, and the checks of drivers.
const SKIPPED = [
  ...DRIVERS_CHECKS,
  'architecture',
  'entrypoint-form',
  'entrypoint-program',
  'entrypoint-takes-train',
  'image-size',
  'init-entrypoint',
  'memory-used',
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

// What one of the programs calls, by the one variable that a job of any program may hold.
async function startServer(t: TestContext): Promise<string> {
  const server = createServer((socket) => socket.end()).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function failedChecks(options: Parameters<typeof validateImage>[0]) {
  const report = await validateImage({ engine: 'process', longHyperparameters: LONG, ...options });
  return report.checks.filter(({ status }) => status === 'fail').map(({ id, verdict }) => `${id}: ${verdict}`);
}

suite('programs', { concurrency: 2 }, () => {
  test('a sound program fails no check, and passes all that a process can be asked', async () => {
    const report = await validateImage({ command: [SOUND], longHyperparameters: LONG });
    const others = report.checks.filter(({ status }) => status !== 'pass' && status !== 'skipped');
    assert.deepEqual(
      others.map(({ id, status, verdict }) => `${status} ${id}: ${verdict}`),
      [],
    );
    assert.deepEqual(skippedChecks(report), SKIPPED);
  });

  for (const { name, id, dir, job, alsoFails } of PROGRAMS) {
    test(`the program "${name}" fails its check alone`, async (t) => {
      const path = `${pythonFolder()}:${process.env['PATH']}`;
      const variables = { ...process.env, PATH: path, AWS_ENDPOINT_URL_S3: await startServer(t) };
      const only = SLOW.includes(id) || (name !== id && !IS_LONG) ? { only: [id] } : {};
      const failed = await failedChecks({ command: [join(dir, 'train')], job, variables, ...only });
      const ids = failed.map((line) => line.split(':')[0]);
      const others = 'only' in only ? [] : alsoFails;
      assert.deepEqual([...ids].sort(), [id, ...others].sort(), failed.join('\n'));
    });
  }
});
