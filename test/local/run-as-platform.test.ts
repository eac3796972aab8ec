// What jobs find on SageMaker and expect here too. As built: `npm run build` first.
import assert from 'node:assert/strict';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { withoutNamespaces } from '../support/process-hosts.ts';
import { channel, makeWorkplace } from '../support/run-job-command.ts';

const SHOW_CACHE = 'cd "$SAGEMAKER_MANAGED_WARMPOOL_CACHE_DIRECTORY" && touch x && echo "cache $PWD"';
const warm = (seconds: number) => ({
  ResourceConfig: { InstanceType: 'local', InstanceCount: 1, KeepAlivePeriodInSeconds: seconds },
});

test('a job of a warm pool has the folder of its cache, also where there is no /opt/ml', async (t) => {
  const { PATH } = withoutNamespaces(t);
  for (const variables of [{}, { PATH }]) {
    const { code, stdout, stderr } = await makeWorkplace(t, SHOW_CACHE, warm(60)).run([], variables);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^cache \/.*\/sagemaker\/warmpoolcache$/m);
  }
});

test('a job without a warm pool has neither the variable nor the folder', async (t) => {
  const script = 'echo "cache=$SAGEMAKER_MANAGED_WARMPOOL_CACHE_DIRECTORY"; ls "$SAGEMAKER_BASE_DIR"';
  const { code, stdout, stderr } = await makeWorkplace(t, script, warm(0)).run();
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^cache=$/m);
  assert.doesNotMatch(stdout, /^sagemaker$/m);
});

const PROGRAMS = '/opt/ml/input/data/ml';
const fromChannel = (entrypoint: readonly string[]) => ({
  AlgorithmSpecification: {
    TrainingImage: 'file://./project',
    TrainingInputMode: 'File',
    ContainerEntrypoint: entrypoint,
  },
  InputDataConfig: [channel('ml', './programs')],
});

// Also a channel that has the name of another folder of the host.
test('an entry point in a channel is not executable, and a shell runs it', async (t) => {
  for (const [entrypoint, isRunning] of [
    [[`${PROGRAMS}/run.sh`], false],
    [['/bin/sh', `${PROGRAMS}/run.sh`], true],
  ] as const) {
    const workplace = makeWorkplace(t, '', fromChannel(entrypoint));
    chmodSync(workplace.write('programs/run.sh', '#!/bin/sh\necho ran\n'), 0o755);
    const { code, stdout, stderr } = await workplace.run();
    assert.equal(code === 0, isRunning, stderr);
    assert.equal(/^ran$/m.test(stdout), isRunning, stdout);
    if (!isRunning) assert.match(stderr, /permission denied|not executable|EACCES/i);
    assert.deepEqual(workplace.leftIn(), []);
  }
});

test('a channel without an entry point keeps the modes that its files have', async (t) => {
  const script = 'stat -c "mode %a" "$SAGEMAKER_BASE_DIR/input/data/tools/run.sh"';
  const workplace = makeWorkplace(t, script, { InputDataConfig: [channel('tools', './tools')] });
  chmodSync(workplace.write(join('tools', 'run.sh'), '#!/bin/sh\n'), 0o755);
  const { code, stdout, stderr } = await workplace.run();
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^mode 755$/m);
});
