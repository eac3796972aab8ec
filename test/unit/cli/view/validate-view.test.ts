import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { CLEAR_LINE } from '../../../../src/cli/view/clear-line.ts';
import { ValidateView } from '../../../../src/cli/view/validate-view.ts';
import type { ValidationEvent } from '../../../../src/validate/validate-image.ts';

const RESULT = {
  id: 'a',
  clause: 'C1',
  severity: 'must',
  title: '',
  status: 'pass',
  verdict: '',
  why: '',
  fix: '',
} as const;

const result = (done: number): ValidationEvent => ({
  type: 'result',
  result: { ...RESULT, evidence: {}, seconds: 0 },
  done,
  total: 70,
});

/** A view whose clock `tick` advances, and what it has written. */
function startView(t: TestContext, isTTY: boolean) {
  t.mock.timers.enable({ apis: ['setInterval', 'Date'], now: 1 });
  const written: string[] = [];
  const stream = { isTTY, columns: 80, write: (text: string) => written.push(text) > 0 };
  const view = new ValidateView(stream, () => Date.now());
  t.after(() => view.close());
  return { view, written, tick: (ms: number) => t.mock.timers.tick(ms) };
}

test('without a terminal, a phase that takes a second is written, and its progress every half minute', (t) => {
  const { view, written, tick } = startView(t, false);
  tick(999);
  assert.deepEqual(written, []);
  tick(1);
  assert.deepEqual(written.splice(0), ['preparing the checks, 1 s\n']);
  view.show({ type: 'engine', line: 'Pulling' });
  view.show(result(1));
  view.show(result(2));
  assert.deepEqual(written.splice(0), ['  Pulling\n']);
  tick(1000);
  assert.deepEqual(written.splice(0), ['2 of 70 checks, 2 s\n']);
  view.show(result(40));
  tick(29_000);
  assert.deepEqual(written, []);
  tick(1000);
  view.close();
  tick(60_000);
  assert.deepEqual(written, ['40 of 70 checks, 32 s\n']);
});

test('without a terminal, a validation that ends within a second writes no progress', (t) => {
  const { view, written, tick } = startView(t, false);
  tick(999);
  view.show(result(70));
  tick(999);
  view.close();
  tick(60_000);
  assert.deepEqual(written, []);
});

test('on a terminal one line changes, and is removed at the end', (t) => {
  const { view, written, tick } = startView(t, true);
  tick(500);
  view.show(result(3));
  view.close();
  assert.deepEqual(written, [
    `${CLEAR_LINE}preparing the checks, 0.5 s`,
    `${CLEAR_LINE}3 of 70 checks, 0.5 s`,
    CLEAR_LINE,
  ]);
});
