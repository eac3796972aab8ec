// The quick start of the README, as a person without a clone follows it: the packed package, and nothing else. As built:
// `npm run build` first.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT, temporaryFolder } from '../support/job.ts';
import { serveInstalledPackages } from '../support/npm-registry.ts';
import { codeBlocks } from '../support/pages.ts';
import { runWords } from '../support/run.ts';

test('the quick start of the README leads from the package to a trained and validated job', async (t) => {
  const dir = temporaryFolder(t);
  const packed = await runWords(t, ['npm', 'pack', '--ignore-scripts', '--pack-destination', dir], { cwd: ROOT });
  assert.equal(packed.code, 0, packed.stderr);
  const [commands = '', ...others] = codeBlocks(readFileSync(join(ROOT, 'README.md'), 'utf8'), 'sh newcomer');
  assert.deepEqual(others, []);
  for (const needed of ['init', 'npm run check', 'npm test', 'optml run', 'optml validate']) {
    assert.ok(commands.includes(needed), `the quick start has ${needed}`);
  }
  const { code, stdout, stderr } = await runWords(t, ['sh', '-eu', '-c', commands], {
    cwd: dir,
    variables: {
      HOME: dir,
      PATH: `${join(dir, 'global/bin')}:${process.env['PATH']}`,
      npm_config_prefix: join(dir, 'global'),
      npm_config_cache: join(dir, 'cache'),
      npm_config_registry: await serveInstalledPackages(t),
    },
  });
  assert.equal(code, 0, stdout + stderr);
  assert.match(stdout, /A training project is in /);
  assert.match(stdout, /pass 1$/m);
  assert.match(stdout, /^optml metric accuracy=0\.9/m);
  assert.match(stderr, /Job my-training: Completed/);
  assert.match(stdout, /\n\d\d passed, 0 failed/);
  assert.ok(existsSync(join(dir, 'my-training/output/my-training/output/model.tar.gz')));
  // What npm wrote into the project is what it documents.
  const { devDependencies } = JSON.parse(readFileSync(join(dir, 'my-training/package.json'), 'utf8'));
  assert.match(devDependencies.optml, /^file:.*\.tgz$/);
});
