// `optml run --engine process` inside a container without privileges. `npm run build` first.
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT, temporaryFolder } from '../support/job.ts';
import { byTrain, hosts, requestOf } from '../support/run-job-command.ts';
import { engineOk } from './support/container-job.ts';

const IMAGE = 'node:24-bookworm-slim';
const SCRIPT = 'echo "$SM_CURRENT_HOST as $(id -u)"; echo m > $SM_MODEL_DIR/$SM_CURRENT_HOST';
const OPTML = join(ROOT, 'dist', 'bin', 'optml.cjs');
const LACK =
  /^Warning: This machine allows no namespaces \(unshare: unshare failed: Operation not permitted\): the hosts have no \/opt\/ml, .*; the names algo-1, algo-2 do not resolve$/;

for (const [who, user] of [
  ['root', '0'],
  ['a user', '1000'],
] as const) {
  test(`a job of two hosts runs in a container without privileges as ${who}, with one warning`, (t) => {
    const dir = temporaryFolder(t);
    mkdirSync(join(dir, 'project'));
    writeFileSync(join(dir, 'project', 'train.sh'), SCRIPT);
    writeFileSync(join(dir, 'job.json'), JSON.stringify(requestOf({ ...byTrain(), ...hosts(2) })));
    chmodSync(dir, 0o755);
    const command = `cp -r ${dir} /tmp/w && cd /tmp/w && node "${OPTML}" run job.json --engine process 2>&1; echo "code $?"; ls /opt | wc -l`;
    const shared = [ROOT, dir].flatMap((path) => ['-v', `${path}:${path}:ro`]);
    const output = engineOk(
      ['run', '--rm', '-i', '--user', user, '-e', 'HOME=/tmp', '-e', 'OPTML_HOME=/tmp/home', ...shared, IMAGE, 'sh'],
      command,
    );
    const lines = output.split('\n');
    const warnings = lines.filter((line) => line.startsWith('Warning: '));
    assert.equal(warnings.length, 1, output);
    assert.match(warnings[0] ?? '', LACK);
    for (const host of ['algo-1', 'algo-2']) assert.ok(lines.includes(`${host} | ${host} as ${user}`), output);
    assert.deepEqual(lines.slice(-2), ['code 0', '0'], output);
  });
}
