// docs/contract.md is written from src/contract/clauses, and every clause that anything cites is on it.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { CLAUSES, CONTRACT_SECTIONS } from '../../src/contract/clauses/contract-sections.ts';
import { contractPage } from '../support/docs/contract-page.ts';
import { ROOT } from '../support/job.ts';

/** Where text may cite clauses: sources with their messages and comments, documents, images, examples. */
const CITING = ['src', 'docs', 'docker', 'examples', 'README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'];

function filesBelow(path: string): readonly string[] {
  if (/\.[a-z]+$/i.test(path)) return [path];
  return readdirSync(join(ROOT, path), { withFileTypes: true })
    .filter(({ name }) => name !== 'node_modules')
    .flatMap((entry) => (entry.isDirectory() ? filesBelow(`${path}/${entry.name}`) : [`${path}/${entry.name}`]))
    .filter((file) => /\.(?:ts|md|sh|yml|Dockerfile)$/.test(file));
}

test('docs/contract.md is the page that the sources make', () => {
  assert.equal(readFileSync(join(ROOT, 'docs/contract.md'), 'utf8'), contractPage(), 'run "npm run docs:pages"');
});

test('no clause is in two sections', () => {
  const ids = CONTRACT_SECTIONS.flatMap(({ clauses }) => Object.keys(clauses));
  assert.equal(new Set(ids).size, ids.length);
});

test('every clause that a source or a document cites has an anchor on the page', () => {
  const page = readFileSync(join(ROOT, 'docs/contract.md'), 'utf8');
  const cited = CITING.flatMap(filesBelow).flatMap((file) => {
    const text = readFileSync(join(ROOT, file), 'utf8');
    // C0 and C1 are also names of sets of control characters, and C a unit: only numbers of clauses count.
    return [...text.matchAll(/(?<![\w-])C[1-9]\d?(?![\w-])/g)].map(([clause]) => ({ file, clause }));
  });
  assert.ok(cited.length > 300, `${cited.length} citations were found`);
  assert.deepEqual(
    cited.filter(({ clause }) => !page.includes(`<a id="${clause.toLowerCase()}"></a>`)),
    [],
  );
});

test('every clause says what the platform and what optml does, in whole sentences', () => {
  for (const [id, { title, rule, optml }] of Object.entries(CLAUSES)) {
    assert.match(title, /[^.]$/, id);
    assert.ok(rule.length > 0, id);
    for (const text of [...rule, optml]) assert.match(text, /\.$/, `${id}: ${text}`);
  }
});
