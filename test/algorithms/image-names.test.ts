// Aliases for all names that the real SageMaker SDK gives to AWS's images of our algorithms.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { findImageAlias } from '../../src/aliases/find-image-alias.ts';
import { parseAwsImage } from '../../src/aliases/parse-aws-image.ts';
import { sdkImageNames } from '../support/sdk-image-names.ts';

type Row = readonly [version: string, region: string, name: string];
type Found = Readonly<Record<string, readonly Row[]>>;

const ALGORITHMS = ['xgboost', 'kmeans', 'linear-learner'];

test('the image of each algorithm, version and region has its alias', (t) => {
  const program = join(import.meta.dirname, 'programs', 'image-names.py');
  const found = sdkImageNames(t, program, ALGORITHMS) as Found | undefined;
  if (found === undefined) return;
  for (const algorithm of ALGORITHMS) {
    const names: readonly Row[] = found[algorithm] ?? [];
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
