import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { CLEAR_LINE } from '../../../../src/cli/view/clear-line.ts';
import { makePhaseView } from '../../../../src/cli/view/phase-view.ts';

/** A view whose clock `tick` advances, and what it has written. */
function startView(t: TestContext, isTTY: boolean) {
  t.mock.timers.enable({ apis: ['setInterval', 'Date'], now: 1 });
  const written: string[] = [];
  const stream = { isTTY, columns: 80, write: (text: string) => written.push(text) > 0 };
  const view = makePhaseView(stream as unknown as NodeJS.WriteStream, () => Date.now());
  t.after(() => view.end());
  return { view, written, tick: (ms: number) => t.mock.timers.tick(ms) };
}

test('without a terminal, a step that takes a second is written once, and its bytes every half minute', (t) => {
  const { view, written, tick } = startView(t, false);
  view.show('Collecting the artifacts', 0, undefined);
  tick(999);
  assert.deepEqual(written, []);
  tick(1);
  tick(60_000);
  assert.deepEqual(written, ['Collecting the artifacts\n']);
  view.show('Packing m', 1000, 2000);
  tick(1000);
  assert.match(written[1] ?? '', /^Packing m: 1\.0 kB of 2\.0 kB, /);
  tick(29_000);
  assert.equal(written.length, 2);
  tick(1000);
  assert.match(written[2] ?? '', /^Packing m: /);
});

test('a step that another one follows within a second is not written', (t) => {
  const { view, written, tick } = startView(t, false);
  view.show('Checking the location', 0, undefined);
  tick(999);
  view.show('Collecting the artifacts', 0, undefined);
  tick(999);
  view.end();
  tick(5000);
  assert.deepEqual(written, []);
});

test('on a terminal the line of a step changes each second, makes room for notes, and is removed at the end', (t) => {
  const { view, written, tick } = startView(t, true);
  view.show('Removing the delivered files', 0, undefined);
  tick(1000);
  tick(1000);
  assert.deepEqual(written.splice(0), [
    `${CLEAR_LINE}1 s  Removing the delivered files`,
    `${CLEAR_LINE}2 s  Removing the delivered files`,
  ]);
  view.note('Warning: slow');
  tick(1000);
  view.end();
  assert.deepEqual(written, [
    `${CLEAR_LINE}Warning: slow\n`,
    `${CLEAR_LINE}3 s  Removing the delivered files`,
    CLEAR_LINE,
  ]);
});
