// The copy of the source of `optml run`. As built: `npm run build` first.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorkplace } from '../support/run-job-command.ts';

const RUN = ['run', '--source', '.', '--program', 'train.sh', '--name', 'job', '--engine', 'process'];

test('the working directory as the source brings no artifacts of earlier runs, no repository and no jobs', async (t) => {
  const workplace = makeWorkplace(t);
  workplace.write('train.sh', 'find . -type f | sort | sed s/^/found:/; echo m > "$SM_MODEL_DIR/m"\n');
  workplace.write('.git/HEAD', '');
  for (const name of ['job', 'job-2']) {
    const { code, stdout, stderr } = await workplace.optml(RUN);
    assert.equal(code, 0, stderr);
    assert.match(stderr, new RegExp(`model +/.*/optml-output/${name}/output/model\\.tar\\.gz$`, 'm'));
    assert.deepEqual(stdout.match(/^found:.*$/gm), [
      'found:./job.json',
      'found:./project/train.sh',
      'found:./train.sh',
    ]);
  }
});

test('artifacts at another place in the source, and what .optmlignore lists, are not copied either', async (t) => {
  const workplace = makeWorkplace(t);
  workplace.write('train.sh', 'find . -type f | sort | sed s/^/found:/\n');
  workplace.write('results/earlier', '');
  workplace.write('data/x.csv', '');
  workplace.write('.gitignore', 'dist\n');
  workplace.write('dist/kept.js', '');
  workplace.write('.optmlignore', '.*\ndata/\njob.json\nproject\n');
  const { code, stdout, stderr } = await workplace.optml([...RUN, '--output', 'results']);
  assert.equal(code, 0, stderr);
  assert.deepEqual(stdout.match(/^found:.*$/gm), ['found:./dist/kept.js', 'found:./train.sh']);
  assert.match(
    stderr,
    /^ {2}Source: \.gitignore lists what was copied: dist\/\. Write what the job does not need into \.optmlignore$/m,
  );
});

test('the hosts see the copy as their source, and train does not speak of another one', async (t) => {
  const workplace = makeWorkplace(t);
  workplace.write('train.sh', 'echo "module $SM_MODULE_DIR in $SAGEMAKER_BASE_DIR"\n');
  const { code, stdout, stderr } = await workplace.optml(RUN);
  assert.equal(code, 0, stderr);
  const [, module, base] = /^module (.*) in (.*)$/m.exec(stdout) ?? [];
  assert.equal(module, `${base}/code`);
  assert.doesNotMatch(stdout, /does not copy/);
  assert.match(workplace.record().request.HyperParameters?.['sagemaker_submit_directory'] ?? '', /^\//);
});
