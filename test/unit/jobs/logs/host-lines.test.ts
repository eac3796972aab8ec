import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { HostLines } from '../../../../src/jobs/logs/host-lines.ts';

/** Lines of a host, what they passed on so far, and a clock that stands still. */
function open(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const passed: string[] = [];
  const lines = new HostLines((bytes) => void passed.push(bytes.toString()));
  return {
    passed,
    out: (text: string) => void lines.push(Buffer.from(text), 'stdout'),
    err: (text: string) => void lines.push(Buffer.from(text), 'stderr'),
    end: () => lines.end(),
    wait: (ms: number) => t.mock.timers.tick(ms),
  };
}

test('whole lines are passed on immediately; the lines of the two streams do not mix', (t) => {
  const { out, err, passed } = open(t);
  out('one\ntw');
  err('10%');
  out('o\n');
  err('\r20%\n');
  assert.deepEqual(passed, ['one\n', 'two\n', '10%\r20%\n']);
});

test('the start of a line is passed on after a quarter of a second, its end as soon as it arrives', (t) => {
  const { out, wait, passed } = open(t);
  out('Loading ...');
  wait(249);
  assert.deepEqual(passed, []);
  wait(1);
  assert.deepEqual(passed, ['Loading ...']);
  out(' done\n');
  assert.deepEqual(passed, ['Loading ...', ' done\n']);
});

test('a line of the other stream gets a line of its own, and a break is added for nothing else', (t) => {
  const { out, err, wait, passed } = open(t);
  err('10%');
  wait(250);
  out('loss=0.5\nloss=0.4\n');
  err('\r20%');
  wait(250);
  err('\r30%\n');
  out('end\n');
  assert.equal(passed.join(''), '10%\nloss=0.5\nloss=0.4\n\r20%\r30%\nend\n');
});

test('each new start of a line has its own time', (t) => {
  const { out, wait, passed } = open(t);
  out('a');
  wait(200);
  out('\nb');
  wait(200);
  assert.deepEqual(passed, ['a\n']);
  wait(50);
  assert.deepEqual(passed, ['a\n', 'b']);
});

test('a start that is passed on ends with a whole character', (t) => {
  const { passed, wait } = open(t);
  const euro = Buffer.from('€');
  const lines = new HostLines((bytes) => void passed.push(bytes.toString()));
  void lines.push(Buffer.concat([Buffer.from('a'), euro.subarray(0, 2)]), 'stdout');
  wait(250);
  void lines.push(euro.subarray(2), 'stdout');
  wait(250);
  assert.deepEqual(passed, ['a', '€']);
});

test('at the end last lines without a break are lines of their own, and so is the first one of the next start', (t) => {
  const { out, err, end, wait, passed } = open(t);
  out('last out');
  err('last err');
  end();
  wait(1000);
  assert.equal(passed.join(''), 'last out\nlast err');
  err('again\n');
  assert.equal(passed.join(''), 'last out\nlast err\nagain\n');
});

test('a slow reader is waited for', async () => {
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const lines = new HostLines(() => held);
  const pushed = lines.push(Buffer.from('a\n'), 'stdout');
  assert.ok(pushed instanceof Promise);
  let isOver = false;
  const over = pushed.then(() => {
    isOver = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(isOver, false);
  release();
  await over;
});
