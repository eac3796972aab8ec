// TensorBoard logs of a job of `optml run`. As built: `npm run build` first.
import assert from 'node:assert/strict';
import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { withoutNamespaces } from '../support/process-hosts.ts';
import { hosts, makeWorkplace } from '../support/run-job-command.ts';

const CONFIG = { TensorBoardOutputConfig: { S3OutputPath: './boards' } };
const KEPT = 'boards/job/tensorboard-output';

test('logs of all hosts are kept in a folder for the job, and open --tensorboard says how to view them', async (t) => {
  const script = `
host=$(sed 's/.*"current_host":"\\([^"]*\\)".*/\\1/' $ml/input/config/resourceconfig.json)
mkdir -p $ml/output/tensorboard/run; echo events > $ml/output/tensorboard/run/events.$host
cat $ml/input/config/tensorboardoutputconfig.json`;
  const workplace = makeWorkplace(t, script, { ...hosts(2), ...CONFIG });
  const { code, stdout, stderr } = await workplace.run();
  assert.equal(code, 0, stderr);
  assert.match(stdout, /"LocalPath":"\/[^"]*output\/tensorboard"/);
  const kept = join(workplace.dir, KEPT);
  assert.deepEqual(readdirSync(join(kept, 'run')).sort(), ['events.algo-1', 'events.algo-2']);
  assert.equal(workplace.record().tensorBoard, kept);
  assert.match((await workplace.optml(['describe', 'job'])).stdout, new RegExp(`TensorBoard: +${kept}\n`));
  assert.match(workplace.read(join(workplace.jobDir(), 'report.html').slice(workplace.dir.length)), /TensorBoard/);
  const opened = await workplace.optml(['open', '--tensorboard', 'job']);
  assert.match(opened.stdout, new RegExp(`tensorboard --logdir ${kept}\n`));
  assert.deepEqual(workplace.leftIn(), []);
});

test('links are neither followed nor kept, in the folder and in its place', async (t) => {
  const variables = withoutNamespaces(t);
  const inside = makeWorkplace(
    t,
    'mkdir -p $ml/output/tensorboard; cd $ml/output/tensorboard; ln -s /etc etc; echo x > events',
    CONFIG,
  );
  assert.equal((await inside.run([], variables)).code, 0);
  assert.deepEqual(readdirSync(join(inside.dir, KEPT)), ['events']);
  const instead = makeWorkplace(t, 'rmdir $ml/output/tensorboard; ln -s /etc $ml/output/tensorboard', CONFIG);
  const { code, stderr, stdout } = await instead.run([], variables);
  assert.equal(code, 4, 'a part of the results is missing');
  assert.match(`${stdout}${stderr}`, /tensorboard of algo-1 is a symbolic link to "\/etc"/);
  assert.ok(!existsSync(join(instead.dir, KEPT)));
  assert.ok(lstatSync('/etc').isDirectory());
});

test('a job without logs has no place for them, and open --tensorboard says what to do', async (t) => {
  const workplace = makeWorkplace(t, 'true', CONFIG);
  assert.equal((await workplace.run()).code, 0);
  assert.equal(workplace.record().tensorBoard, undefined);
  assert.ok(!existsSync(join(workplace.dir, 'boards')));
  const { code, stderr } = await workplace.optml(['open', '--tensorboard', 'job']);
  assert.notEqual(code, 0);
  assert.match(stderr, /has no TensorBoard logs/);
});

test('a folder that belongs to something else is not kept: a warning names one that is', async (t) => {
  for (const LocalPath of [
    '/opt/ml/model',
    '/opt/ml/output/data/tb',
    '/tmp/tb',
    '/opt/ml/output/tensorboard/../../model',
  ]) {
    const workplace = makeWorkplace(t, 'echo model > $ml/model/m', {
      TensorBoardOutputConfig: { S3OutputPath: './boards', LocalPath },
    });
    const { code, stderr, stdout } = await workplace.run();
    assert.equal(code, 0, stderr);
    assert.match(
      `${stdout}${stderr}`,
      /TensorBoard logs in .* are not kept.*\/opt\/ml\/output\/tensorboard/,
      LocalPath,
    );
    assert.ok(!existsSync(join(workplace.dir, 'boards')));
  }
});

test('a location that cannot be written is a warning, and the model is there', async (t) => {
  const workplace = makeWorkplace(
    t,
    'echo model > $ml/model/m; mkdir -p $ml/output/tensorboard; echo x > $ml/output/tensorboard/events',
    CONFIG,
  );
  workplace.write('boards', 'a file');
  const { code, stderr, stdout } = await workplace.run();
  assert.equal(code, 0, stderr);
  assert.match(`${stdout}${stderr}`, /TensorBoard logs are not kept in .*boards/);
  assert.ok(workplace.record().ModelArtifacts !== undefined);
});
