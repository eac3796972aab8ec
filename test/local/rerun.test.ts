// `optml rerun`. As built: `npm run build` first.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isThere, makeWorkplace, type Workplace } from '../support/run-job-command.ts';

const STEPS = `n=0; [ -e $ml/checkpoints/n ] && n=$(cat $ml/checkpoints/n)
echo "from $n"; echo $((n+1)) > $ml/checkpoints/n`;
const CHECKPOINTS = { CheckpointConfig: { S3Uri: './kept' } };

async function made(workplace: Workplace): Promise<Workplace> {
  const { code, stderr } = await workplace.run();
  assert.equal(code, 0, stderr);
  return workplace;
}

describe('optml rerun', () => {
  test('runs the recorded request under the next free name, with the source as it is now', async (t) => {
    const workplace = await made(makeWorkplace(t, 'echo first'));
    workplace.write('project/train.sh', 'echo second\n');
    const { code, stdout, stderr } = await workplace.optml(['rerun', 'job']);
    assert.equal(code, 0, stderr);
    assert.equal(stdout, 'second\n');
    assert.match(stderr, /^Running job again: image file:\/\/\/.*\/project, as it is now\nJob job-2\n/m);
    assert.equal(workplace.record('job-2').engine, 'process');
    const again = await workplace.optml(['rerun', 'job-2']);
    assert.match(again.stderr, /^Job job-3$/m);
  });

  test('starts without checkpoints in a location of its own, and continues with --from-checkpoint', async (t) => {
    const workplace = await made(makeWorkplace(t, STEPS, CHECKPOINTS));
    const fresh = await workplace.optml(['rerun', 'job']);
    assert.equal(fresh.stdout, 'from 0\n', fresh.stderr);
    assert.match(
      fresh.stderr,
      /^Checkpoints: \/.*\/kept-job-2, a new location\. Pass --from-checkpoint to continue from \/.*\/kept$/m,
    );
    assert.equal(workplace.read('kept-job-2/n'), '1\n');
    const continued = await workplace.optml(['rerun', 'job', '--from-checkpoint', '--name', 'on']);
    assert.equal(continued.stdout, 'from 1\n', continued.stderr);
    assert.equal(workplace.read('kept/n'), '2\n');
    assert.equal(workplace.record('on').TrainingJobStatus, 'Completed');
  });

  test('refuses --from-checkpoint without checkpoints', async (t) => {
    const workplace = await made(makeWorkplace(t));
    const { code, stderr } = await workplace.optml(['rerun', 'job', '--from-checkpoint']);
    assert.equal(code, 2);
    assert.match(stderr, /USAGE: optml rerun: job has no CheckpointConfig/);
    assert.equal(isThere(workplace.jobDir('job-2')), false);
  });

  test('checks a record that was edited by hand as it checks a job file', async (t) => {
    const workplace = await made(makeWorkplace(t));
    const record = workplace.record();
    const request = { ...record.request, InputDataConfig: [], Environment: { 'A B': '1' }, Unknown: 1 };
    workplace.write('home/jobs/job/job.json', JSON.stringify({ ...record, request }));
    const { code, stderr } = await workplace.optml(['rerun', 'job']);
    assert.equal(code, 2);
    assert.match(stderr, /REQUEST_INVALID: /);
    assert.match(stderr, /^Where: the record of job$/m);
    assert.equal(isThere(workplace.jobDir('job-2')), false);
  });

  test('does not take a name that a job has', async (t) => {
    const workplace = await made(makeWorkplace(t));
    const { code, stderr } = await workplace.optml(['rerun', 'job', '--name', 'job']);
    assert.equal(code, 2);
    assert.match(stderr, /JOB_NAME_IN_USE/);
  });
});
