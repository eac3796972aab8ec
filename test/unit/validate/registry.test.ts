import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { CLAUSES } from '../../../src/contract/clauses/contract-sections.ts';
import { ALL_CHECKS } from '../../../src/validate/checks/all-checks.ts';
import { describeChecks, explain } from '../../../src/validate/explain.ts';
import { ROOT } from '../../support/job.ts';

test('every check has an id of its own in kebab case, a clause that is explained, and texts that end as sentences do', () => {
  assert.equal(new Set(ALL_CHECKS.map(({ id }) => id)).size, ALL_CHECKS.length);
  for (const { id, clause, title, probe, why, fix } of ALL_CHECKS) {
    assert.match(id, /^[a-z]+(?:-[a-z]+)*$/);
    assert.ok(CLAUSES[clause], `${id}: ${clause} has no text`);
    assert.match(title, /[^.]$/, id);
    for (const text of [probe, why, fix]) assert.ok(text.length > 0 && !text.includes('\n'), id);
    for (const text of [probe, why]) assert.match(text, /[.]$/, `${id}: ${text}`);
  }
});

test('checks stand in the order of their clauses', () => {
  const numbers = ALL_CHECKS.map(({ clause }) => Number(clause.slice(1)));
  assert.deepEqual(
    numbers,
    [...numbers].sort((a, b) => a - b),
  );
});

test('a check is explained by its clause, probe, reason and fix', () => {
  for (const { id, clause, probe, why, fix } of ALL_CHECKS) {
    const text = explain(id);
    const rule = CLAUSES[clause]?.rule ?? [];
    for (const part of [id, ...rule, probe, why, fix]) assert.ok(text.includes(part), `${id}: ${part}`);
  }
  assert.throws(() => explain('train-on-pat'), { code: 'USAGE', fix: 'Did you mean "train-on-path"?' });
});

test('every clause is explained by its title, rule, checks and page, in any case', () => {
  for (const [id, { title, rule, optml }] of Object.entries(CLAUSES)) {
    const text = explain(id.toLowerCase());
    const checks = ALL_CHECKS.filter(({ clause }) => clause === id).map((check) => check.id);
    const page = join(ROOT, `docs/contract.md#${id.toLowerCase()}`);
    for (const part of [`${id} ${title}`, ...rule, optml, ...checks, page]) assert.ok(text.includes(part), part);
  }
});

test('a clause that does not exist gets a suggestion', () => {
  assert.throws(() => explain('C93'), {
    code: 'USAGE',
    message: /no check or clause called "C93"/,
    fix: 'Did you mean "C9"?',
  });
});

test('the list names every check once', () => {
  const lines = describeChecks().trimEnd().split('\n');
  assert.deepEqual(
    lines.slice(1).map((line) => line.split(' ')[0]),
    ALL_CHECKS.map(({ id }) => id),
  );
});
