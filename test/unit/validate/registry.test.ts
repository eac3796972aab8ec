import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ALL_CHECKS } from '../../../src/validate/checks/all-checks.ts';
import { CLAUSES } from '../../../src/validate/clauses.ts';
import { describeChecks, explainCheck } from '../../../src/validate/explain.ts';

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

test('a check is explained by its clause, probe, reason and fix; a clause by all of its checks', () => {
  for (const { id, clause, probe, why, fix } of ALL_CHECKS) {
    const text = explainCheck(id);
    for (const part of [id, CLAUSES[clause] ?? '', probe, why, fix]) assert.ok(text.includes(part), `${id}: ${part}`);
  }
  assert.match(explainCheck('c4'), /init-entrypoint[\s\S]*user-exists/);
  assert.throws(() => explainCheck('train-on-pat'), { code: 'USAGE', fix: 'Did you mean "train-on-path"?' });
});

test('the list names every check once', () => {
  const lines = describeChecks().trimEnd().split('\n');
  assert.deepEqual(
    lines.slice(1).map((line) => line.split(' ')[0]),
    ALL_CHECKS.map(({ id }) => id),
  );
});
