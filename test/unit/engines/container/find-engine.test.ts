import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { findEngine } from '../../../../src/engines/container/find-engine.ts';
import { temporaryFolder } from '../../../support/job.ts';

// Programs that replace engines: a shell script each.
function standIns(t: TestContext, scripts: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const dir = join(temporaryFolder(t), 'bin');
  mkdirSync(dir);
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(dir, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(dir, name), 0o755);
  }
  return { PATH: dir };
}

const ANSWERS = 'echo version 1';
const SILENT = 'echo "Cannot connect to the daemon" >&2; exit 1';

test('the first that answers is taken, in the order docker, podman, nerdctl, finch (stand-ins)', async (t) => {
  const all = { docker: ANSWERS, podman: ANSWERS, nerdctl: ANSWERS, finch: ANSWERS };
  assert.deepEqual(await findEngine(standIns(t, all)), { name: 'docker', command: ['docker'], silent: [] });
  assert.deepEqual(await findEngine(standIns(t, { nerdctl: ANSWERS, finch: ANSWERS })), {
    name: 'nerdctl',
    command: ['nerdctl'],
    silent: [],
  });
});

test('one that is installed but silent is passed over, and named (stand-ins)', async (t) => {
  assert.deepEqual(await findEngine(standIns(t, { docker: SILENT, finch: ANSWERS })), {
    name: 'finch',
    command: ['finch'],
    silent: ['docker: Cannot connect to the daemon'],
  });
});

test('without any engine, processes run the hosts', async (t) => {
  assert.deepEqual(await findEngine(standIns(t, {})), { name: 'process', command: [], silent: [] });
  assert.deepEqual(await findEngine(standIns(t, { docker: SILENT }), 'process'), {
    name: 'process',
    command: [],
    silent: [],
  });
});

test('one that was asked for and does not answer is an error (stand-ins)', async (t) => {
  await assert.rejects(findEngine(standIns(t, { docker: SILENT, podman: ANSWERS }), 'docker'), {
    code: 'ENGINE_FAILED',
    message: 'the container engine docker does not answer',
    where: 'Cannot connect to the daemon',
    fix: /^Start its daemon .* Or leave --engine out/,
  });
  await assert.rejects(findEngine(standIns(t, {}), 'nerdctl'), {
    where: 'it is not on PATH',
    fix: /^Install nerdctl, or add its folder to PATH\./,
  });
});

test('a docker that is podman in disguise is spoken to as podman (stand-in)', async (t) => {
  const variables = standIns(t, { docker: 'echo "Client: Podman Engine"' });
  assert.deepEqual(await findEngine(variables), { name: 'podman', command: ['docker'], silent: [] });
});

test('a rootless daemon is found where its set-up puts it (stand-in)', async (t) => {
  const folder = temporaryFolder(t);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(join(folder, 'docker.sock'), resolve));
  t.after(() => server.close());
  const docker = `[ "$1" = --host ] || { ${SILENT}; }`;
  assert.deepEqual(await findEngine({ ...standIns(t, { docker }), XDG_RUNTIME_DIR: folder }), {
    name: 'docker',
    command: ['docker', '--host', `unix://${folder}/docker.sock`],
    silent: [],
  });
});
