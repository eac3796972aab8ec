// The notes in changes/ and the script that makes the changelog of them.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ROOT, temporaryFolder } from '../support/job.ts';

const BASE = `# Changelog

## 0.2.0 (unreleased)

- An older entry.

<!-- changes -->
<!-- /changes -->

Differs from the reference:

- An older difference.
<!-- differs -->
<!-- /differs -->

## 0.1.0
`;

const note = (level: string, what: string, why = 'because.') => `level: ${level}\n\n${what}\n\nWhy: ${why}\n`;

function project(t: TestContext, changelog: string, notes: Readonly<Record<string, string>>): string {
  const root = temporaryFolder(t);
  mkdirSync(join(root, 'changes'));
  writeFileSync(join(root, 'CHANGELOG.md'), changelog);
  writeFileSync(join(root, 'changes', 'README.md'), '# How to write a note\n');
  for (const [name, text] of Object.entries(notes)) writeFileSync(join(root, 'changes', name), text);
  return root;
}

function makeChangelog(root: string) {
  const { status, stderr } = spawnSync(process.execPath, [join(ROOT, '.build/changelog.mjs'), root], {
    encoding: 'utf8',
  });
  return { status, stderr, changelog: readFileSync(join(root, 'CHANGELOG.md'), 'utf8') };
}

test('notes are put into the unreleased section by level and name, and wrapped', (t) => {
  const root = project(t, BASE, {
    'b.md': note('fixed', 'The second fix.'),
    'a.md': note('fixed', `The first fix, which ${'is rather long and '.repeat(6)}ends.`),
    'c.md': note('added', 'Something\nnew.'),
    'd.md': note('differs', 'A new difference.'),
  });
  const { status, stderr, changelog } = makeChangelog(root);
  assert.deepEqual([status, stderr], [0, '']);
  assert.equal(
    changelog,
    BASE.replace(
      '<!-- /changes -->',
      `Added:

- Something new. Because.

Fixed:

- The first fix, which is rather long and is rather long and is rather long and is rather long and is rather long and is
  rather long and ends. Because.
- The second fix. Because.
<!-- /changes -->`,
    ).replace('<!-- /differs -->', '- A new difference. Because.\n<!-- /differs -->'),
  );
});

test('links of notes lead to the same pages from the changelog, which is one folder above', (t) => {
  const root = project(t, BASE, { 'a.md': note('added', 'Something ([page](../docs/page.md#part)).') });
  assert.match(makeChangelog(root).changelog, /^- Something \(\[page\]\(docs\/page\.md#part\)\)\. Because\.$/m);
});

test('a second run changes nothing, and a note that is gone is taken out', (t) => {
  const root = project(t, BASE, { 'a.md': note('changed', 'A change.') });
  const first = makeChangelog(root).changelog;
  assert.notEqual(first, BASE);
  assert.equal(makeChangelog(root).changelog, first);
  const without = project(t, first, {});
  assert.equal(makeChangelog(without).changelog, BASE);
});

test('a note without level, text or reason is an error that names it, and the changelog stays', (t) => {
  const root = project(t, BASE, {
    'level.md': note('improved', 'A change.'),
    'reason.md': 'level: fixed\n\nA fix.\n',
    'text.md': 'level: fixed\n\nWhy: because.\n',
  });
  const { status, stderr, changelog } = makeChangelog(root);
  assert.equal(status, 1);
  assert.equal(
    stderr,
    `changes/level.md: the first line is not "level: added|changed|fixed|differs"
changes/reason.md: the third paragraph does not start with "Why: "
changes/text.md: the second paragraph does not describe the change
changes/text.md: the third paragraph does not start with "Why: "
Fix: write the note as changes/README.md describes.
`,
  );
  assert.equal(changelog, BASE);
});

test('a changelog without markers is an error, and stays', (t) => {
  const root = project(t, '# Changelog\n', {});
  const { status, stderr, changelog } = makeChangelog(root);
  assert.equal(status, 1);
  assert.equal(stderr, 'CHANGELOG.md has no lines "<!-- changes -->" and "<!-- /changes -->". Fix: add both.\n');
  assert.equal(changelog, '# Changelog\n');
});

test('every note of this repository can be put into its changelog', (t) => {
  const root = temporaryFolder(t);
  cpSync(join(ROOT, 'changes'), join(root, 'changes'), { recursive: true });
  cpSync(join(ROOT, 'CHANGELOG.md'), join(root, 'CHANGELOG.md'));
  const { status, stderr, changelog } = makeChangelog(root);
  assert.deepEqual([status, stderr], [0, '']);
  assert.equal(makeChangelog(root).changelog, changelog);
});
