// Aliases for all names that the real SageMaker SDK gives to AWS's images of frameworks.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { findImageAlias } from '../../src/aliases/find-image-alias.ts';
import { parseAwsImage } from '../../src/aliases/parse-aws-image.ts';
import { sdkImageNames } from '../support/sdk-image-names.ts';

const IMAGES: Readonly<Record<string, string>> = {
  sklearn: 'optml:sklearn',
  pytorch: 'optml:pytorch',
  tensorflow: 'optml:python',
};
const TITLES: Readonly<Record<string, string>> = {
  sklearn: 'scikit-learn',
  pytorch: 'PyTorch',
  tensorflow: 'TensorFlow',
  huggingface: 'Transformers',
};

type Row = readonly [region: string, name: string, version: string, base: string | null, python: string | null];

type Found = Readonly<Record<string, readonly Row[]>>;

test('the image of each framework, version, Python, processor and region has its alias', (t) => {
  const program = join(import.meta.dirname, 'programs', 'framework-image-names.py');
  const found = sdkImageNames(t, program, Object.keys(TITLES)) as Found | undefined;
  if (found === undefined) return;
  for (const [framework, title] of Object.entries(TITLES)) {
    const rows: readonly Row[] = found[framework] ?? [];
    assert.ok(rows.length > 150, `the SDK has images of ${framework}`);
    for (const [region, name, version, base, python] of rows) {
      assert.equal(parseAwsImage(name)?.region, region, name);
      const alias = findImageAlias(name);
      const lower = framework === 'huggingface' ? (/^[a-z]+/.exec(base ?? '')?.[0] ?? '') : framework;
      assert.equal(alias?.image, IMAGES[lower], name);
      const versions = new Map(alias?.versions.map((one) => [one.name, one.aws]));
      assert.equal(versions.get(title), version.replace(/-\d+$/, ''), name);
      if (framework === 'huggingface') assert.equal(versions.get(TITLES[lower] ?? ''), base?.replace(lower, ''), name);
      const [, major, minor] = /^py(\d)(\d*)$/.exec(python ?? '') ?? [];
      if (major !== undefined) assert.equal(versions.get('Python'), minor ? `${major}.${minor}` : major, name);
    }
  }
});
