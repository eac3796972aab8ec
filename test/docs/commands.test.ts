import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { commandsPage } from '../support/docs/commands-page.ts';
import { ROOT } from '../support/job.ts';

test('docs/commands.md has the help of every command', () => {
  const page = readFileSync(join(ROOT, 'docs/commands.md'), 'utf8');
  assert.equal(page, commandsPage(), 'run "npm run docs:pages"');
});

test('every command has a guide', () => {
  const sections = commandsPage().split(/^## /m).slice(1);
  assert.ok(sections.length > 12);
  for (const section of sections) assert.match(section, /^Guide: /m, section.slice(0, 20));
});
