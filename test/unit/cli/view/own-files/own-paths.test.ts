import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { OwnPaths } from '../../../../../src/cli/view/own-files/own-paths.ts';
import { temporaryFolder } from '../../../../support/job.ts';

function project(t: TestContext) {
  const dir = temporaryFolder(t);
  mkdirSync(join(dir, 'my src/ü'), { recursive: true });
  for (const name of ['my src/a.ts', 'my src/ü/b c.py', 'secret']) writeFileSync(join(dir, name), '');
  const source = join(dir, 'my src');
  const show = (text: string, cwd = dir) => new OwnPaths([source], cwd).show(Buffer.from(text)).toString();
  return { dir, source, show };
}

test('positions in the code of a host become those of the source, relative to a near working directory', (t) => {
  const { source, show } = project(t);
  for (const [text, shown, cwd] of [
    ['at f (/opt/ml/code/a.ts:3:9)\n', 'at f (my src/a.ts:3:9)\n'],
    ['at f (/home/me/jobs/j/hosts/algo-1/ml/code/a.ts:3:9)\n', 'at f (my src/a.ts:3:9)\n'],
    ['  File "/opt/ml/code/ü/b c.py", line 2, in <module>\n', '  File "my src/ü/b c.py", line 2, in <module>\n'],
    ['/opt/ml/code/a.ts:1 /opt/ml/code/a.ts:2\n', 'my src/a.ts:1 my src/a.ts:2\n'],
    ['    at file:///home/me/j/hosts/algo-1/ml/code/a.ts:3:9\n', '    at my src/a.ts:3:9\n'],
    ['/hosts/a/ml/code/none.ts:1,/j/hosts/a/ml/code/a.ts:2\n', '/hosts/a/ml/code/none.ts:1,my src/a.ts:2\n'],
    ['(/opt/ml/code/a.ts:3:9)', `(${source}/a.ts:3:9)`, '/somewhere/else/entirely'],
    ['file:///opt/ml/code/%C3%BC/b%20c.py:4:1\n', 'my src/ü/b c.py:4:1\n'],
  ] as const)
    assert.equal(show(text, cwd), shown);
});

test('all else stays as it is, byte for byte', (t) => {
  const { show, source } = project(t);
  for (const text of [
    'at f (/opt/ml/code/missing.ts:3:9)\n',
    'at f (/opt/ml/code/../secret:3:9)\n',
    'at f (/opt/ml/code/x/../../secret:3:9)\n',
    'at f (/opt/ml/code//secret:3:9)\n',
    'file:///opt/ml/code/%E0%A4%A:4:1\n',
    'file:///opt/ml/code/%2e%2e/secret:4:1\n',
    'reading /opt/ml/code/a.ts\n',
    '/hosts/algo 1/ml/code/a.ts:3:9\n',
    'at f (/opt/ml/input/data/a.ts:3:9)\n',
    'at f (/usr/lib/code/a.ts:3:9)\n',
  ])
    assert.equal(show(text), text);
  const bytes = Buffer.concat([Buffer.from([0xff, 0xfe, 0x00, 0x80]), Buffer.from('(/opt/ml/code/a.ts:1:1)\n')]);
  const shown = new OwnPaths([source], source).show(bytes);
  assert.deepEqual(shown, Buffer.concat([bytes.subarray(0, 4), Buffer.from('(a.ts:1:1)\n')]));
});

test('long hostile lines take no long time', { timeout: 10_000 }, (t) => {
  const { show } = project(t);
  for (const part of ['/', '/hosts/', '/opt/ml/code/', '/code/x', '/hosts/a/ml/code/', '/hosts/a/ml/code/:1']) {
    const text = part.repeat(4_000_000 / part.length);
    assert.equal(show(text), text);
  }
});
