import assert from 'node:assert/strict';
import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT, temporaryFolder } from '../support/job.ts';
import { runWords } from '../support/run.ts';

const EXAMPLES = join(ROOT, 'examples', 'algorithms');

for (const name of ['kmeans', 'linear-learner']) {
  test(`the example of ${name} trains with the name of AWS's image`, async (t) => {
    const dir = join(temporaryFolder(t), name);
    cpSync(join(EXAMPLES, name), dir, { recursive: true });
    const command = [
      process.execPath,
      join(ROOT, 'dist', 'bin', 'optml.cjs'),
      'run',
      'job.json',
      '--engine',
      'process',
    ];
    const { code, stdout, stderr } = await runWords(t, command, { cwd: dir, variables: { HOME: dir } });
    assert.equal(code, 0, stderr);
    assert.match(stdout + stderr, /#quality_metric: host=algo-1, test (?:msd|mse) <loss>=\d/);
    assert.ok(existsSync(join(dir, 'output', `${name}-example`, 'output', 'model.tar.gz')));
  });
}
