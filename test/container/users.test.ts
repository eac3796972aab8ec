// Any user of the container, however little it may write.
import assert from 'node:assert/strict';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { BACKEND, PYPROJECT } from '../support/demo-package.ts';
import type { JobSpec } from '../support/job.ts';
import { programJob, shellJob } from '../support/processes.ts';
import { makeTarGz } from '../support/tar.ts';
import { makeSharedJob, partsOfJob, runIn, shellIn, startJob } from './support/engine.ts';
import { IMAGES } from './support/images.ts';

const USERS = {
  root: { uid: 0, options: [] },
  'the user node': { uid: 1000, options: ['--user', 'node'] },
  'an arbitrary uid without a home': { uid: 12_345, options: ['--user', '12345:12345'] },
} as const;
const READ_ONLY = ['--read-only', '--tmpfs', '/tmp:exec', '--network', 'none'];

// An enum is more than types: the file has to be compiled.
const TRAIN_TS = `
import { writeFileSync } from 'node:fs';
import { modelPath } from 'optml';
import { value } from 'helper';

enum Kind { Small = 'small' }
writeFileSync(modelPath('model.json'), JSON.stringify({ kind: Kind.Small, value }));
console.log(\`uid=\${process.getuid?.()} value=\${value}\`);
`;
const HELPER = makeTarGz([
  { name: 'package/package.json', content: '{"name": "helper", "version": "1.0.0", "type": "module", "main": "i.js"}' },
  { name: 'package/i.js', content: 'export const value = 42;\n' },
]);

const TYPESCRIPT_JOB: JobSpec = {
  program: 'train.ts',
  files: {
    'code/train.ts': TRAIN_TS,
    'code/package.json': '{"type": "module", "dependencies": {"helper": "file:helper-1.0.0.tgz"}}',
    'code/helper-1.0.0.tgz': HELPER,
  },
};

// Compiled modules are loaded from where pip puts packages for one user: the folder must allow that.
const PYTHON_SCRIPT = `
import _ctypes, ctypes, os, shutil, site, demo
os.makedirs(site.getuserbase(), exist_ok=True)
ctypes.CDLL(shutil.copy(_ctypes.__file__, site.getuserbase()))
print(os.getuid(), demo.VALUE)
`;

/** Every file in the job's folder that the job has made, and that does not belong to `uid`, seen from a container. */
async function filesOfOthers(t: TestContext, base: string, uid: number): Promise<string> {
  const made = 'model output/model.tar.gz output/success code/node_modules code/package-lock.json';
  const script = `cd /job; find ${made} ! -user ${uid}; test -s model/model.json`;
  const { code, stdout, stderr } = await shellIn(t, IMAGES.base, script, ['-v', `${base}:/job`]);
  assert.equal(code, 0, stderr);
  return stdout;
}

describe('a job that installs its dependencies, with a read-only root file system', { concurrency: 2 }, () => {
  for (const [who, { uid, options }] of Object.entries(USERS)) {
    test(`works as ${who}, and its files are that user's`, async (t) => {
      const base = makeSharedJob(t, TYPESCRIPT_JOB);
      // Folders that the test has made are the test's: only what the job makes counts.
      const made = await shellIn(t, IMAGES.base, `rmdir /job/model; chown ${uid} /job`, ['-v', `${base}:/job`]);
      assert.equal(made.code, 0, made.stderr);
      const result = await startJob(t, { image: IMAGES.cpu, base, options: [...options, ...READ_ONLY] }).ended;
      assert.equal(result.code, 0, result.stderr);
      assert.match(result.stdout, new RegExp(`(^|\n)uid=${uid} value=42\n$`));
      assert.equal(await filesOfOthers(t, base, uid), '');
    });
  }

  for (const [who, { uid, options }] of Object.entries(USERS)) {
    test(`works in Python as ${who}`, async (t) => {
      const base = makeSharedJob(t, {
        program: 'train.py',
        files: {
          'code/train.py': PYTHON_SCRIPT,
          'code/requirements.txt': './vendor/demo\n',
          'code/vendor/demo/pyproject.toml': PYPROJECT,
          'code/vendor/demo/backend.py': BACKEND,
        },
      });
      const given = [...options, ...READ_ONLY, '-e', 'PIP_NO_INDEX=1'];
      const result = await startJob(t, { image: IMAGES.python, base, options: given }).ended;
      assert.equal(result.code, 0, result.stderr);
      assert.ok(result.stdout.endsWith(`\n${uid} installed\n`), result.stdout);
    });
  }
});

describe('an arbitrary uid', { concurrency: 2 }, () => {
  const options = ['--user', '12345:12345'];

  test('trains where only the input is mounted: the image has places for the rest', async (t) => {
    const base = makeSharedJob(t, {
      ...shellJob(''),
      files: { 'source/train.sh': '#!/bin/sh\nid -u; echo model > "$SM_MODEL_DIR/model"; ls -ln "$SM_MODEL_DIR"\n' },
    });
    const mounts = ['-v', `${base}/input:/opt/ml/input:ro`, '-v', `${base}/source:/opt/source:ro`];
    const given = [...options, '-e', 'SAGEMAKER_SUBMIT_DIRECTORY=/opt/source'];
    const result = await startJob(t, { image: IMAGES.cpu, base, mounts, options: given }).ended;
    assert.equal(result.code, 0, result.stderr);
    assert.match(result.stdout, /^12345\n(.*\n)*-\S+ 1 12345 12345 .* model\n$/);
  });

  test("trains with a script of root's that is in the image, or mounted read-only", async (t) => {
    const base = makeSharedJob(t, shellJob('id -u'));
    chmodSync(join(base, 'code', 'train.sh'), 0o644);
    const mounts = [...partsOfJob(base), '-v', `${base}/code:/opt/ml/code:ro`];
    const result = await startJob(t, { image: IMAGES.cpu, base, mounts, options: [...options, ...READ_ONLY] }).ended;
    assert.equal(result.code, 0, result.stderr);
    assert.equal(result.stdout, '12345\n');
  });

  test('trains in TypeScript without a temporary folder, where there is nothing to install', async (t) => {
    const base = makeSharedJob(t, programJob('train.mts', 'console.log(process.getuid?.() as number);\n'));
    const result = await startJob(t, { image: IMAGES.cpu, base, options: [...options, '--read-only'] }).ended;
    assert.equal(result.code, 0, result.stderr);
    assert.equal(result.stdout, '12345\n');
  });

  test('has a home in a shell too', async (t) => {
    const { stdout } = await shellIn(t, IMAGES.cpu, 'echo "$HOME"; stat -c "%u %a" "$HOME"', options);
    assert.equal(stdout, '/tmp/optml-home-12345\n12345 700\n');
    const given = await runIn(t, IMAGES.cpu, ['sh', '-c', 'echo "$HOME"'], [...options, '-e', 'HOME=/opt/ml']);
    assert.equal(given.stdout, '/opt/ml\n');
    const foreign = `mkdir -m 777 /tmp/optml-home-12345
exec setpriv --reuid=12345 --clear-groups optml-entrypoint sh -c 'echo "$HOME"'`;
    const refused = await shellIn(t, IMAGES.cpu, foreign, ['-e', 'HOME=/']);
    assert.equal(refused.stdout, '/\n', "somebody else's folder is none");
  });

  test('gets the name of what cannot be written, where nothing can', async (t) => {
    const base = makeSharedJob(t, shellJob('echo never'));
    chmodSync(join(base, 'output'), 0o755);
    const result = await startJob(t, { image: IMAGES.cpu, base, options: [...options, ...READ_ONLY] }).ended;
    assert.equal(result.code, 1);
    assert.match(
      result.stderr,
      /OUTPUT_LOCATION_INVALID: the model archive \/opt\/ml\/output\/model\.tar\.gz cannot be written/,
    );
  });
});
