import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, lstatSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { ROOT, temporaryFolder } from '../support/job.ts';
import { buildTestImages, ENGINE, IMAGES, shellTestJob } from './support/container-job.ts';

before(buildTestImages);

const WRITES = `
umask 077
mkdir -p /opt/ml/model/deep /opt/ml/checkpoints
echo m > /opt/ml/model/deep/m
ln -s /etc/passwd /opt/ml/model/link
echo c > /opt/ml/checkpoints/c
chown -R -h 4321:4321 /opt/ml/model
chmod 000 /opt/ml/model/deep /opt/ml/checkpoints/c
`;

test('what any user of a container has written is the caller’s afterwards (as root)', async (t) => {
  if (process.getuid?.() !== 0) return t.skip('needs root');
  const job = await shellTestJob(t, WRITES);
  const checkpoints = join(job.home, 'checkpoints');
  mkdirSync(checkpoints);
  const mounts = [{ source: checkpoints, target: '/opt/ml/checkpoints', isReadOnly: false }];
  const started = await job.start({ mounts });
  assert.equal((await started.run.ended).exitCode, 0, started.output());
  await job.session.takeOver(started.host);
  const { mlDir } = started.host;
  for (const path of ['model', 'model/deep', 'model/deep/m', 'model/link']) {
    assert.equal(lstatSync(join(mlDir, path)).uid, 0, path);
  }
  assert.notEqual(statSync('/etc/passwd').uid, 4321);
  assert.equal(readFileSync(join(checkpoints, 'c'), 'utf8'), 'c\n');
  assert.deepEqual(job.warnings, []);
  return undefined;
});

// Rootless podman is not available on every machine that runs these tests: see the unit tests of its arguments.
test('a user who is not root gets the files of a container’s root, by a container of the same image', async (t) => {
  if (process.getuid?.() !== 0) return t.skip('needs root, to become somebody else');
  if (ENGINE !== 'docker') return t.skip('another user has an engine of their own');
  const socket = /^unix:\/\/(.*)$/.exec(process.env['DOCKER_HOST'] ?? '')?.[1] ?? '/var/run/docker.sock';
  const dir = temporaryFolder(t);
  const checkpoints = join(dir, 'checkpoints');
  mkdirSync(checkpoints);
  for (const path of [dir, checkpoints]) chownSync(path, 1000, 1000);
  chmodSync(dir, 0o755);
  const script = join(ROOT, 'test', 'local-containers', 'support', 'write-and-take-over.ts');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--conditions=optml-source', '--import', 'tsx', script, IMAGES.plain, WRITES, dir],
    {
      cwd: ROOT,
      uid: 1000,
      gid: statSync(socket).gid,
      encoding: 'utf8',
      env: { ...process.env, HOME: dir, TMPDIR: dir },
    },
  );
  assert.equal(status, 0, stderr);
  assert.deepEqual(JSON.parse(stdout), {
    exitCode: 0,
    owners: { 'ml/model/deep': 1000, 'ml/model/deep/m': 1000, 'ml/model/link': 1000, 'checkpoints/c': 1000 },
    text: 'm\n',
    warnings: [],
  });
});
