import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { RunView, type ViewOptions } from '../../../../src/cli/view/run-view.ts';

/** A view with its output on standard error, and a clock that `tick` advances. */
function startView(t: TestContext, options: ViewOptions = {}) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const lines: string[] = [];
  t.mock.method(process.stderr, 'write', (text: string) => lines.push(text) > 0);
  const view = new RunView(['algo-1'], (text) => text, options);
  t.after(() => view.close());
  return { view, lines, tick: (ms: number) => t.mock.timers.tick(ms) };
}

const phase = (what: string) => ({ type: 'progress', what, doneBytes: 0, totalBytes: undefined }) as const;

test('work that takes longer than a second is shown, with its bytes if they are counted', (t) => {
  const { view, lines, tick } = startView(t);
  void view.show(phase('Removing the work files'));
  tick(999);
  assert.deepEqual(lines, []);
  tick(1);
  assert.deepEqual(lines, ['Removing the work files\n']);
  void view.show({ type: 'progress', what: 'Packing m', doneBytes: 1000, totalBytes: 2000 });
  tick(1000);
  assert.match(lines.at(-1) ?? '', /^Packing m: 1\.0 kB of 2\.0 kB, /);
});

test('work that other work or a status follows within a second is not shown', (t) => {
  const { view, lines, tick } = startView(t);
  void view.show(phase('Writing the report'));
  tick(500);
  void view.show(phase('Removing the work files'));
  tick(500);
  void view.show({ type: 'status', time: 0, status: 'InProgress', secondaryStatus: 'Uploading', message: 'done' });
  tick(2000);
  assert.deepEqual(lines, ['Uploading\n']);
});

test('a quiet view shows no work, and the warnings', (t) => {
  const { view, lines, tick } = startView(t, { isQuiet: true });
  void view.show(phase('Removing the work files'));
  tick(2000);
  void view.show({ type: 'warning', message: 'slow' });
  assert.deepEqual(lines, ['Warning: slow\n']);
});
