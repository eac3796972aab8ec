// Memory limits by control groups of version 2: real ones, of a second kernel. `npm run build` first.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../support/job.ts';
import { requestOf } from '../support/run-job-command.ts';
import { runOnSecondKernel, withoutSecondKernel } from '../support/user-mode-linux.ts';

const isLong = process.env['OPTML_TEST_LONG'] !== undefined;
const skip = isLong ? withoutSecondKernel() : 'part of `npm run test:long`: it starts a kernel for each test';
const OPTML = join(ROOT, 'dist', 'bin', 'optml.cjs');

// `tail` keeps the one endless line in memory.
const GREEDY = 'head -c 200m /dev/zero | tail >/dev/null; echo "pipe $?"; exit 3';

// The job of a user, and what it leaves.
const runJob = (user: string) => `
mkdir project; echo '${GREEDY}' >project/train.sh
echo '${JSON.stringify(requestOf())}' >job.json
chown -R ${user}:${user} .
setpriv --reuid ${user} --regid ${user} --clear-groups ${process.execPath} ${OPTML} run job.json --engine process --memory 32m
echo "code $?"; find /sys/fs/cgroup -name 'optml-*'`;

for (const { who, before, user } of [
  { who: 'root', before: '', user: '0' },
  {
    who: 'a user with a delegated group',
    before: `
g=/sys/fs/cgroup/user.scope; mkdir $g $g/own; echo +memory >$g/cgroup.subtree_control; echo 0 >$g/own/cgroup.procs
chown -R 65534:65534 $g`,
    user: '65534',
  },
]) {
  test(`version 2: a host of ${who} that needs more memory than its limit is out of memory, and leaves no group`, {
    skip,
  }, (t) => {
    const output = runOnSecondKernel(t, `export OPTML_HOME=/run/home\n${before}${runJob(user)}`);
    assert.match(output, /pipe 137/);
    assert.match(output, /reason +ClientError: Please use an instance type with more memory/, output);
    assert.doesNotMatch(output, /is not limited/);
    assert.match(output, /^code 1\n$/m);
    assert.ok(output.endsWith('code 1\n'), output);
  });
}

test('version 2: a user without a delegated group gets one warning with the reason', { skip }, (t) => {
  const output = runOnSecondKernel(t, `export OPTML_HOME=/run/home\n${runJob('65534').replace(GREEDY, 'true')}`);
  const warnings = output.split('\n').filter((line) => line.includes('is not limited'));
  assert.deepEqual(warnings, [
    'Warning: The memory of the hosts is not limited (the control group /sys/fs/cgroup is not delegated to your user)',
  ]);
});

test('version 2: a kill of optml leaves no group', { skip }, (t) => {
  const job = runJob('0')
    .replace('--memory 32m', '--memory 256m >output 2>&1 & pid=$!')
    .replace(GREEDY, 'echo ready; sleep 600');
  const wait =
    'until grep -q ready output; do sleep 0.1; done; find /sys/fs/cgroup -name "optml-*" | wc -l; kill -9 $pid';
  const gone =
    'n=0; while [ -n "$(find /sys/fs/cgroup -name "optml-*")" ] && [ $n -lt 100 ]; do sleep 0.1; n=$((n + 1)); done; echo "left: $(find /sys/fs/cgroup -name "optml-*")"';
  const script = job.slice(0, job.indexOf('echo "code'));
  const output = runOnSecondKernel(t, `export OPTML_HOME=/run/home\n${script}${wait}\n${gone}`);
  assert.match(output, /^1\n/m);
  assert.match(output, /^left: $/m);
});
