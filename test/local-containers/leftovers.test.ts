import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { before, test } from 'node:test';
import { cleanLeftovers } from '../../src/engines/container/leftovers.ts';
import { ROOT, temporaryFolder } from '../support/job.ts';
import { buildTestImages, ENGINE, engineOk, openTestJob, shellTestJob } from './support/container-job.ts';

before(buildTestImages);

const cli = { name: ENGINE, command: [ENGINE], variables: process.env };

function containersOf(job: string): readonly string[] {
  const ids = engineOk(['ps', '--all', '--quiet', '--filter', `label=optml.job=${job}`]);
  const networks = engineOk(['network', 'ls', '--quiet', '--filter', `label=optml.job=${job}`]);
  return [...ids.split('\n'), ...networks.split('\n')].filter(Boolean);
}

test('the next start removes what a dead runner has left, and nothing of a living one or another home', async (t) => {
  const [mine, other] = await Promise.all([
    shellTestJob(t, 'echo ready; sleep 1000', { name: 'leftover-mine' }),
    shellTestJob(t, 'echo ready; sleep 1000', { name: 'leftover-other' }),
  ]);
  const started = await Promise.all([mine.start(), other.start()]);
  await Promise.all(started.map((host) => host.seen('ready')));
  assert.equal(await cleanLeftovers(cli, mine.home, () => true), 0);
  assert.equal(containersOf('leftover-mine').length, 2);
  assert.equal(
    await cleanLeftovers(cli, mine.home, (runner) => runner.pid !== process.pid || runner.startTicks !== 'test'),
    2,
  );
  assert.deepEqual(containersOf('leftover-mine'), []);
  assert.equal(containersOf('leftover-other').length, 2);
});

test('an engine that does not answer has no leftovers', async (t) => {
  const missing = { ...cli, command: [join(temporaryFolder(t), 'missing')] };
  assert.equal(await cleanLeftovers(missing, '/home', () => false), 0);
});

test('the orders to the watchdog, done by a stand-in after a SIGKILL of the runner, leaves nothing', async (t) => {
  const dir = temporaryFolder(t);
  mkdirSync(join(dir, 'work'));
  const script = join(ROOT, 'test', 'local-containers', 'support', 'run-for-ever.ts');
  const runner = spawn(
    process.execPath,
    ['--conditions=optml-source', '--import', 'tsx', script, 'leftover-killed', dir],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  t.after(() => runner.kill('SIGKILL'));
  const [line] = (await once(createInterface({ input: runner.stdout }), 'line')) as [string];
  const told = JSON.parse(line) as { groups: number[]; commands: string[][] };
  assert.equal(containersOf('leftover-killed').length, 2);
  runner.kill('SIGKILL');
  await once(runner, 'exit');
  for (const pid of told.groups) process.kill(-pid, 'SIGKILL');
  for (const [file = '', ...args] of told.commands) spawnSync(file, args, { stdio: 'ignore', timeout: 60_000 });
  assert.deepEqual(containersOf('leftover-killed'), []);
});

test('a job leaves nothing', async (t) => {
  const job = await openTestJob(t, { name: 'leftover-none' });
  await job.run();
  await job.session.close();
  assert.deepEqual(containersOf('leftover-none'), []);
  assert.deepEqual(job.warnings, []);
});
