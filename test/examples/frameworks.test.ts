import assert from 'node:assert/strict';
import { cpSync, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import { installCaches } from '../support/caches.ts';
import { hasPythonPackages, type PythonPackages, pythonPackages } from '../support/frameworks/python-packages.ts';
import { ROOT, temporaryFolder } from '../support/job.ts';
import { runWords } from '../support/run.ts';

const OPTML = join(ROOT, 'dist', 'bin', 'optml.cjs');
const JOBS: readonly (readonly [job: string, packages?: PythonPackages])[] = [
  ['sklearn', 'boosting'],
  ['pytorch', 'torch'],
  ['tfjs'],
];

for (const [job, packages] of JOBS) {
  const isMissing = packages !== undefined && process.env['CI'] === undefined && !hasPythonPackages(packages);
  const skip = isMissing && `SKIPPED: the Python packages "${packages}" are not in the cache folder`;
  test(`the example with ${job} recognizes 95 of 100 digits`, { skip }, async (t) => {
    const bin = packages && pythonPackages(t, packages);
    if (packages !== undefined && bin === undefined) return;
    const cwd = join(temporaryFolder(t), 'example');
    cpSync(join(ROOT, 'examples', 'frameworks'), cwd, { recursive: true });
    const PATH = [...(bin === undefined ? [] : [bin]), process.env['PATH']].join(delimiter);
    const { code, stdout, stderr } = await runWords(
      t,
      [process.execPath, OPTML, 'run', `${job}.json`, '--engine', 'process'],
      { cwd, variables: { PATH, HOME: cwd, ...installCaches() } },
    );
    assert.equal(code, 0, stdout + stderr);
    const [, accuracy] = /^ {2}metrics {2}.*accuracy=(0\.\d+)$/m.exec(stderr) ?? [];
    assert.ok(Number(accuracy) >= 0.95, stdout + stderr);
    assert.ok(existsSync(join(cwd, 'output', `digits-${job}`, 'output', 'model.tar.gz')));
  });
}
