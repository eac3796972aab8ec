// The cases recorded from the reference, run inside the image.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ROOT, temporaryFolder } from '../support/job.ts';
import { runIn } from './support/engine.ts';
import { IMAGES } from './support/images.ts';

const CORPUS = join(ROOT, 'test', 'conformance');

interface Corpus {
  readonly cases: ReadonlyArray<{ readonly name: string; readonly tags?: readonly string[] }>;
}

async function runCases(t: TestContext, image: string, isPython: boolean): Promise<void> {
  const corpus = JSON.parse(readFileSync(join(CORPUS, 'cases.json'), 'utf8')) as Corpus;
  const cases = corpus.cases.filter(({ tags }) => tags?.includes('python') === isPython);
  assert.ok(cases.length > 0);
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'cases.json'), JSON.stringify({ ...corpus, cases }));
  const mounts = ['-v', `${folder}:/cases:ro`, '-v', `${CORPUS}:/conformance:ro`];
  const command = ['node', '/conformance/run.mjs', '--cases', '/cases/cases.json', '--lenient', '--train', 'train'];
  const { code, stdout, stderr } = await runIn(t, image, command, mounts);
  const failures = stdout.split('\n').filter((line) => line !== '' && !line.startsWith('ok '));
  assert.deepEqual(failures, [`${cases.length} passed, 0 failed`], stderr);
  assert.equal(code, 0);
}

test('the recorded cases pass in the CPU image, on its Node', (t) => runCases(t, IMAGES.cpu, false));

test('the recorded cases of Python scripts pass in the python image', (t) => runCases(t, IMAGES.python, true));
