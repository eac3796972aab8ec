import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { chooseEngine } from '../../../src/engines/choose-engine.ts';
import { ENGINE_NAMES, type EngineName, enginesOf } from '../../../src/engines/engine-names.ts';
import { temporaryFolder } from '../../support/job.ts';
import { watchdogStandIn } from '../../support/process-hosts.ts';

// Programs that replace container engines: a shell script each.
function pathWith(t: TestContext, scripts: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const dir = join(temporaryFolder(t), 'bin');
  mkdirSync(dir);
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(dir, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(dir, name), 0o755);
  }
  return { PATH: dir };
}

async function choose(variables: NodeJS.ProcessEnv, engine?: EngineName) {
  const warnings: string[] = [];
  const owner = { home: '/no-such-home', runner: { pid: process.pid, startTicks: '' }, isRunning: () => true };
  const { name } = await chooseEngine({ engine, variables }, owner, (message) => void warnings.push(message));
  return { name, warnings };
}

test('every container engine of the table can be chosen by its name (stand-ins)', async (t) => {
  const names = enginesOf('container');
  assert.deepEqual([...names, 'process'], ENGINE_NAMES);
  const variables = pathWith(t, Object.fromEntries(names.map((name) => [name, 'echo version 1'])));
  for (const name of names) assert.deepEqual(await choose(variables, name), { name, warnings: [] });
});

test('a container engine that was asked for and is missing is an error', async (t) => {
  for (const name of enginesOf('container')) {
    await assert.rejects(choose(pathWith(t, {}), name), { message: `the container engine ${name} does not answer` });
  }
});

test('process runs the job if no container engine answers, with a warning for each silent one (stand-in)', async (t) => {
  assert.deepEqual(await choose(pathWith(t, {})), { name: 'process', warnings: [] });
  assert.deepEqual(await choose(pathWith(t, { podman: 'echo "no daemon" >&2; exit 1' })), {
    name: 'process',
    warnings: ['The engine "process" runs the job, since podman: no daemon'],
  });
});

test('a container engine gets the options for resources and the user (stand-in)', async (t) => {
  const dir = temporaryFolder(t);
  const log = join(dir, 'log');
  const inspected = JSON.stringify([{ Id: 'sha256:1', Config: {} }]);
  const script = `echo "$@" >>${log}; case "$*" in *inspect*) echo '${inspected}' ;; *) echo version 1 ;; esac`;
  const options = { gpus: 'all', shmSize: '1g', memory: '2g', user: '7:8' };
  const owner = { home: dir, runner: { pid: process.pid, startTicks: '' }, isRunning: () => true };
  const engine = await chooseEngine(
    { engine: 'docker', variables: pathWith(t, { docker: script }), ...options },
    owner,
    assert.fail,
  );
  const job = {
    name: 'job',
    image: { kind: 'image', name: 'image' },
    entrypoint: undefined,
    arguments: undefined,
  } as const;
  const context = { signal: new AbortController().signal, warn: () => undefined, say: () => undefined };
  const session = await engine.open(
    { ...job, hosts: ['algo-1'], isIsolated: false, workDir: dir },
    { ...context, watchdog: watchdogStandIn },
  );
  const host = { name: 'algo-1', mlDir: dir, mounts: [], environment: {}, onOutput: () => undefined };
  await (await session.start(host)).ended;
  await session.close();
  const run = readFileSync(log, 'utf8')
    .split('\n')
    .find((line) => line.startsWith('run '));
  assert.match(run ?? '', / --shm-size 1g --memory 2g --gpus all --user 7:8 /);
});
