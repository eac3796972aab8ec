// Scripts that read channels by `channelPipe`. As built: `npm run build` first.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../support/job.ts';
import { byTrain, channel, makeWorkplace } from '../support/run-job-command.ts';

const SCRIPT = `import { channelPipe } from 'optml';
for (let epoch = 0; epoch < 2; epoch++) {
  let text = '';
  for await (const chunk of channelPipe('training', epoch)) text += chunk;
  console.log(epoch, JSON.stringify(text));
}
`;
const BOTH_EPOCHS = '0 "first\\nsecond\\nthird"\n1 "first\\nsecond\\nthird"\n';

for (const InputMode of ['Pipe', 'FastFile', 'File']) {
  test(`in ${InputMode} mode a script reads the same bytes, epoch by epoch`, async (t) => {
    const workplace = makeWorkplace(t, 'true', {
      ...byTrain('train.mjs'),
      InputDataConfig: [channel('training', './data/', {}, { InputMode })],
    });
    workplace.write('project/train.mjs', SCRIPT);
    for (const [name, text] of [
      ['b/2.csv', 'third'],
      ['b/1.csv', 'second\n'],
      ['a.csv', 'first\n'],
    ] as const)
      workplace.write(`data/${name}`, text);
    const { code, stdout, stderr } = await workplace.run();
    assert.equal(code, 0, stderr);
    assert.equal(stdout, BOTH_EPOCHS);
  });
}

test('a loop that is left early ends the epoch, and the next one is whole', async (t) => {
  const workplace = makeWorkplace(t, 'true', {
    ...byTrain('train.mjs'),
    InputDataConfig: [channel('training', './data/', {}, { InputMode: 'Pipe' })],
  });
  workplace.write('data/large', 'x'.repeat(3 << 20));
  workplace.write(
    'project/train.mjs',
    `import { channelPipe } from 'optml';
for await (const chunk of channelPipe('training', 0)) { console.log('left', chunk.length < 3 << 20); break; }
let bytes = 0;
for await (const chunk of channelPipe('training', 1)) bytes += chunk.length;
console.log(bytes === 3 << 20);
`,
  );
  const { code, stdout, stderr } = await workplace.run();
  assert.equal(code, 0, stderr);
  assert.equal(stdout, 'left true\ntrue\n');
});

test('a pipe that does not appear in time, and an epoch that is no number, are errors with a fix', async (t) => {
  const workplace = makeWorkplace(t, 'true', {
    ...byTrain('train.mjs'),
    InputDataConfig: [channel('training', './data/', {}, { InputMode: 'Pipe' })],
  });
  workplace.write('data/a', 'a');
  workplace.write(
    'project/train.mjs',
    `import { channelPipe } from 'optml';
for (const [epoch, options] of [[7, { waitMs: 100 }], [-1], [0.5], [7, { signal: AbortSignal.abort(new Error('enough')) }]]) {
  try {
    for await (const chunk of channelPipe('training', epoch, options));
  } catch (error) { console.log(error.code, error.message, error.fix); }
}
for await (const chunk of channelPipe('training', 0)) console.log(String(chunk));
`,
  );
  const { code, stdout, stderr } = await workplace.run();
  assert.equal(code, 0, stderr);
  assert.equal(
    stdout,
    `CHANNEL_INVALID channel training has no FIFO for this epoch after 0.1 s Read the epochs in their order, each to its end.
USAGE channel training has no epoch -1 Count epochs from 0.
USAGE channel training has no epoch 0.5 Count epochs from 0.
undefined enough undefined
a
`,
  );
});

test('by hand the files of ml/input/data are read, or a FIFO beside them', async (t) => {
  const workplace = makeWorkplace(t);
  const run = () => {
    const env = { PATH: process.env['PATH'], HOME: workplace.dir };
    return spawnSync(process.execPath, ['train.mjs'], { cwd: workplace.dir, env, encoding: 'utf8', timeout: 20_000 });
  };
  workplace.write('train.mjs', SCRIPT);
  mkdirSync(join(workplace.dir, 'node_modules'));
  symlinkSync(ROOT, join(workplace.dir, 'node_modules/optml'));
  workplace.write('ml/input/data/training/a.csv', 'first\nsecond\n');
  workplace.write('ml/input/data/training/b.csv', 'third');
  workplace.write('ml/input/data/training/.DS_Store', 'no data');
  const byFiles = run();
  assert.equal(byFiles.stdout, BOTH_EPOCHS, byFiles.stderr);
  const fifo = join(workplace.dir, 'ml/input/data/training_1');
  assert.equal(spawnSync('mkfifo', [fifo]).status, 0);
  const writer = spawn('sh', ['-c', 'printf pipe > "$0"', fifo], { stdio: 'ignore' });
  t.after(() => writer.kill('SIGKILL'));
  const byPipe = run();
  assert.equal(byPipe.stdout, '0 "first\\nsecond\\nthird"\n1 "pipe"\n', byPipe.stderr);
});
