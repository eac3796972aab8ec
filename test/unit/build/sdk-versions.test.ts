import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../../support/job.ts';

interface Manifest {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

const manifestIn = (dir: string) => JSON.parse(readFileSync(join(ROOT, dir, 'package.json'), 'utf8')) as Manifest;

// optml takes the sums' code from the package itself. Of another version there would be a second copy in the bundle.
test('@aws-sdk/checksums is the version that @aws-sdk/client-s3 depends on', () => {
  const { devDependencies } = manifestIn('.');
  const s3 = manifestIn('node_modules/@aws-sdk/client-s3');
  assert.equal(devDependencies['@aws-sdk/client-s3'], s3.version);
  assert.equal(`^${devDependencies['@aws-sdk/checksums']}`, s3.dependencies['@aws-sdk/checksums']);
});
