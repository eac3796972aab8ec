// The commands of docs/to-sagemaker.md that need no account run at a local endpoint, one after another as a reader runs them.
// Blocks marked `sh aws` need AWS.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startLocalEndpoint } from '../../src/endpoint/local-endpoint.ts';
import { readProjectFile } from '../../src/estimator/configuration/project-file.ts';
import { ROOT, temporaryFolder } from '../support/job.ts';
import { codeBlocks } from '../support/pages.ts';
import { runWords } from '../support/run.ts';

const PAGE = readFileSync(join(ROOT, 'docs/to-sagemaker.md'), 'utf8');

test('the commands without an account train, download, attach and stop at a local endpoint', async (t) => {
  // Before the folder is removed: the jobs are in it.
  let close = async () => {};
  t.after(() => close());
  const dir = temporaryFolder(t);
  mkdirSync(join(dir, 'bin'));
  symlinkSync(join(ROOT, 'dist/bin/optml.cjs'), join(dir, 'bin', 'optml'));
  const variables = { PATH: `${dir}/bin:${process.env['PATH']}`, HOME: dir, LANG: 'C.UTF-8' };
  const endpoint = await startLocalEndpoint({ variables, jobs: { engine: 'process' } });
  close = () => endpoint.close();
  const script = codeBlocks(PAGE, 'sh endpoint').join('\n');
  const { code, stdout, stderr } = await runWords(t, ['sh', '-eu', '-c', script], { variables, cwd: dir });
  assert.equal(code, 0, stderr + stdout);
  assert.match(stdout, /"sagemaker_submit_directory": "\\"s3:\/\/[^"]+\/sourcedir\.tar\.gz\\""/, 'the dry run');
  assert.ok(existsSync(join(dir, 'my-training/model/model.json')), 'the model of the submitted job');
  const [, attached = ''] = /^ +model +(\S+\/optml-output\/\S+)$/m.exec(stderr) ?? [];
  assert.ok(existsSync(join(attached, 'model.json')), 'the model of the attached job');
  assert.match(stdout, /^Status: +Completed/m, 'the description');
  assert.match(stdout, /: Stopped\n$/, 'the job that was stopped');
});

test('every command of AWS is in a block marked as such, and is a correct script', () => {
  const blocks = codeBlocks(PAGE, 'sh aws');
  assert.equal(blocks.length, 2);
  for (const block of blocks) {
    const { status, stderr } = spawnSync('sh', ['-n'], { input: block, encoding: 'utf8' });
    assert.equal(status, 0, stderr);
  }
  const others = PAGE.replaceAll(/^```sh aws\n[\s\S]*?^```/gm, '');
  assert.doesNotMatch(others, /^(?:aws|docker) /m);
});

test('the example of optml.json is a file of defaults', (t) => {
  const dir = temporaryFolder(t);
  const [example = ''] = codeBlocks(PAGE, 'json defaults');
  writeFileSync(join(dir, 'optml.json'), example);
  assert.deepEqual(readProjectFile(dir)?.defaults, JSON.parse(example));
});
