import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { referencePage } from '../support/algorithms/reference-page.ts';
import { ROOT } from '../support/job.ts';

test('docs/algorithm-reference.md has the tables of the declarations', () => {
  const page = readFileSync(join(ROOT, 'docs/algorithm-reference.md'), 'utf8');
  assert.equal(page, referencePage(), 'run "npm run docs:algorithms"');
});
