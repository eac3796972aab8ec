// Aliases for all names that the real SageMaker SDK gives to AWS's images of our algorithms.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { findImageAlias } from '../../src/aliases/find-image-alias.ts';
import { parseAwsImage } from '../../src/aliases/parse-aws-image.ts';
import { pythonPackages } from '../support/frameworks/python-packages.ts';

const ALGORITHMS = ['xgboost', 'kmeans', 'linear-learner'];

test('the image of each algorithm, version and region has its alias', (t) => {
  const bin = pythonPackages(t, 'sdk-v2');
  if (bin === undefined) return;
  const program = join(import.meta.dirname, 'programs', 'image-names.py');
  const env = { ...process.env, AWS_DEFAULT_REGION: 'eu-west-1', SAGEMAKER_SUPPRESS_V2_WARNING: '1' };
  const { stdout, stderr } = spawnSync(join(bin, 'python'), [program, ...ALGORITHMS], { encoding: 'utf8', env });
  assert.notEqual(stdout, '', stderr);
  const found = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Record<
    string,
    readonly (readonly [string, string, string])[]
  >;
  for (const algorithm of ALGORITHMS) {
    const names = found[algorithm] ?? [];
    assert.ok(names.length > 30, `the SDK has regions for ${algorithm}`);
    for (const [version, region, name] of names) {
      assert.equal(parseAwsImage(name)?.region, region, name);
      const alias = findImageAlias(name);
      assert.equal(alias?.image, `optml:${algorithm}`, name);
      const aws = alias?.versions.find((one) => one.name === 'XGBoost')?.aws;
      if (/^\d+\.\d+/.test(version)) assert.equal(aws, version.replace(/-\d+$/, ''), name);
    }
  }
});
