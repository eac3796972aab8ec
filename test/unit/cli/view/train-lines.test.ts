import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { TrainLines } from '../../../../src/cli/view/train-lines.ts';

const TIME = '2026-11-30T22:31:58.554Z optml';
const BANNER = `${TIME} INFO  Invoking user script

Training Env:

{
    "current_host": "algo-1"
}

Environment variables:

SM_HOSTS=["algo-1"]

Invoking script with the following command:

/usr/bin/node train.js --epochs 3

`;
const FAILURE = `${TIME} ERROR Reporting training FAILURE
${TIME} ERROR ExecuteUserScriptError:
ExitCode 1
ErrorMessage "Error: no
    at main"
Command "node train.js"
`;

/** What is shown of chunks. */
function shown(...chunks: readonly (string | Buffer)[]): string {
  const lines = new TrainLines();
  const parts = chunks.map((chunk) => lines.show(Buffer.from(chunk)));
  return Buffer.concat([...parts, lines.end()]).toString('latin1');
}

test('of a run, the lines of the program are shown, without the banner and the report of train (C72)', () => {
  const program = 'epoch=1\n\nepoch=2\nError: no\n    at main\n';
  assert.equal(shown(`${TIME} INFO  Installing\n${BANNER}${program}${FAILURE}`), program);
  assert.equal(shown(`${BANNER}${program}${TIME} INFO  Reporting training SUCCESS\n`), program);
});

test('the banner of the reference is recognised too', () => {
  const reference = BANNER.replace(`${TIME} INFO  `, '2026-11-30 22:31:58,554 sagemaker-training-toolkit INFO     ');
  assert.equal(shown(`${reference}epoch=1\n`), 'epoch=1\n');
});

test('warnings and errors of train stay', () => {
  const warning = `${TIME} WARN  no model was saved\n`;
  const error = `${TIME} ERROR the disk is full\n`;
  assert.equal(shown(`${BANNER}one\n${warning}${error}`), `one\n${warning}${error}`);
});

test('the banner is recognised where empty lines are lost, as in CloudWatch Logs', () => {
  assert.equal(shown(`${BANNER.replaceAll(/\n+/g, '\n')}epoch=1\nepoch=2\n`), 'epoch=1\nepoch=2\n');
});

test('the second attempt of a job begins with another banner', () => {
  assert.equal(shown(`${BANNER}one\n${BANNER}two\n`), 'one\ntwo\n');
});

test('lines are the same however the output is cut', () => {
  const text = `${BANNER}one\r\n\u001b[31mtwo\u001b[0m\nthree\n${TIME} INFO  saved\nlast`;
  const all = Buffer.from(text);
  fc.assert(
    fc.property(fc.array(fc.nat(all.length), { maxLength: 12 }), (cuts) => {
      const ends = [...cuts, all.length].sort((a, b) => a - b);
      const chunks = ends.map((end, index) => all.subarray(ends[index - 1] ?? 0, end));
      const inside = shown(...chunks);
      // A line of train of which a part was shown already, as the start of a line of the program, is shown whole.
      assert.ok(inside.endsWith('last') && inside.includes('one\r\n') && inside.includes('three\n'), inside);
    }),
  );
});

test('a line without its end is shown immediately', () => {
  const lines = new TrainLines();
  assert.equal(lines.show(Buffer.from('Continue? ')).toString(), 'Continue? ');
  assert.equal(lines.show(Buffer.from(`yes\n${TIME} INFO  saved\n`)).toString(), 'yes\n');
});

test('after the beginning of a banner without its end, later output is shown', () => {
  const begun = `${TIME} INFO  Invoking user script\nTraining Env:\n`;
  assert.equal(shown(begun, 'one\n'), 'Training Env:\none\n');
  const long = `${'x'.repeat(1000)}\n`.repeat(9000);
  assert.ok(shown(begun, long, 'the end\n').endsWith('the end\n'));
});

test('bytes that are no text, and output without a line break, pass unchanged', () => {
  const bytes = Buffer.from([0, 255, 254, 10, 13, 200]);
  assert.equal(shown(bytes), bytes.toString('latin1'));
  const line = Buffer.alloc(3 << 20, 'x');
  assert.equal(shown(line.subarray(0, 1 << 20), line.subarray(1 << 20)).length, line.length);
});
