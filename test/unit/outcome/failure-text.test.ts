import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FAILURE_REASON } from '../../../src/contract/failure-reason.ts';
import { makeMasker } from '../../../src/log/masking/masker.ts';
import { MASK } from '../../../src/log/masking/shapes.ts';
import { type FailedStep, scriptFailureText } from '../../../src/outcome/failure-text.ts';
import type { ProcessEnd } from '../../../src/process/process-end.ts';

const END: ProcessEnd = {
  exitCode: 3,
  signal: null,
  startError: null,
  isKilledAfterGrace: false,
  memoryKills: 0,
  errorOutput: '',
};

function textOf(end: Partial<ProcessEnd>, step: Partial<FailedStep> = {}): string {
  return scriptFailureText({
    failureClass: 'ExecuteUserScriptError',
    command: 'python3 train.py --epochs 3',
    environment: { paths: { codeDir: '/opt/ml/code' }, resources: { hosts: ['algo-1'], currentHost: 'algo-1' } },
    mask: (text) => text,
    ...step,
    end: { ...END, ...end },
  });
}

const SHOWN = FAILURE_REASON.maxLength - FAILURE_REASON.prefix.length;

test('the text has the form of the reference: class, ExitCode, ErrorMessage, Command (C51)', () => {
  assert.equal(
    textOf({ errorOutput: 'no data\n' }),
    'ExecuteUserScriptError:\nExitCode 3\nErrorMessage "no data"\nCommand "python3 train.py --epochs 3"',
  );
  assert.match(textOf({}, { failureClass: 'InstallRequirementsError' }), /^InstallRequirementsError:\nExitCode 3\n/);
});

test("the error's own message and place come first, the last lines after them", () => {
  const errorOutput =
    'epoch 1\nTraceback (most recent call last):\n  File "/opt/ml/code/train.py", line 2, in f\n    g()\nValueError: bad\n';
  assert.equal(
    textOf({ errorOutput }),
    `ExecuteUserScriptError:\nExitCode 3\nErrorMessage "ValueError: bad (train.py, line 2, in f)\n\n${errorOutput.trim()}"\nCommand "python3 train.py --epochs 3"`,
  );
});

test('what optml knows comes before what the script said', () => {
  assert.match(
    textOf({ errorOutput: 'bye' }, { note: 'stopped by SIGTERM' }),
    /ErrorMessage "stopped by SIGTERM\nbye"/,
  );
});

test('the hint of pip for a wrong requirement is in the text', () => {
  const errorOutput =
    "ERROR: Invalid requirement: 'six = 1.16' (from line 1 of requirements.txt)\nHint: = is not a valid operator. Did you mean == ?\n\n[notice] A new release of pip is available: 23.2.1 -> 26.3\n";
  const text = textOf({ errorOutput });
  assert.match(text, /ErrorMessage "ERROR: Invalid requirement: 'six = 1\.16' \(from line 1 of requirements\.txt\)\n/);
  assert.match(text, /\nHint: = is not a valid operator\. Did you mean == \?/);
  assert.doesNotMatch(text, /new release/);
});

test('a silent program is said to be silent, or by what it was killed', () => {
  assert.match(textOf({}), /ErrorMessage "the program wrote nothing to standard error"/);
  assert.match(textOf({ exitCode: 139, signal: 'SIGSEGV' }), /ExitCode 139\nErrorMessage "killed by SIGSEGV"/);
});

test('ExtraInfo stands between message and command where memory was the reason, and only there (C51)', () => {
  const killed = { exitCode: 137, signal: 'SIGKILL' } as const;
  assert.match(
    textOf({ ...killed, memoryKills: 1 }),
    /"\nExtraInfo "OutOfMemory: Process killed by SIGKILL \(signal 9\)"\nCommand "/,
  );
  assert.match(
    textOf({ exitCode: 1, memoryKills: 2 }),
    /ExtraInfo "OutOfMemory: the kernel killed a process of this job \(SIGKILL, signal 9\)"/,
  );
  for (const memoryKills of [0, undefined]) assert.doesNotMatch(textOf({ ...killed, memoryKills }), /ExtraInfo/);
});

test('message, place and the start of the command fit into what the platform shows (C50)', () => {
  const frame = '  File "/opt/ml/code/train.py", line 9, in fit\n';
  const errorOutput = `${'noise '.repeat(5000)}\nTraceback (most recent call last):\n${frame}ValueError: ${'long '.repeat(400)}end\n`;
  const text = textOf(
    { errorOutput, exitCode: 137, memoryKills: 1 },
    { command: `python3 train.py ${'--x 1 '.repeat(500)}`, note: 'noted' },
  );
  const shown = text.slice(0, SHOWN);
  for (const part of [
    'ExitCode 137',
    'noted',
    'ValueError: long',
    'end (train.py, line 9, in fit)',
    'ExtraInfo "OutOfMemory',
    '\nCommand "python3 train.py --x 1',
  ]) {
    assert.ok(shown.includes(part), `${part} in ${shown}`);
  }
});

test('the command is shown whole, however long', () => {
  const command = `python3 train.py ${'--x 1 '.repeat(500)}end`;
  assert.ok(textOf({}, { command }).endsWith(`\nCommand "${command}"`));
});

test('of a long output the last lines are shown, from the start of a line', () => {
  const errorOutput = Array.from({ length: 500 }, (_, index) => `line ${index} of the output`).join('\n');
  const text = textOf({ errorOutput });
  assert.match(text, /ErrorMessage "line 499 of the output\n\n…\nline \d+ of the output\n/);
  assert.ok(text.includes('line 498 of the output\nline 499 of the output"\nCommand'));
  assert.ok(text.length <= SHOWN, `${text.length}`);
});

test('what a script said is shown without colours, and its secrets are masked (C14)', () => {
  const errorOutput = '\u001b[31mcannot log in with hunter22\u001b[0m\nfatal: token hunter22 refused\n';
  const text = textOf({ errorOutput }, { mask: makeMasker(['hunter22']).mask });
  assert.ok(!text.includes('hunter22') && !text.includes('\u001b'));
  assert.ok(text.includes(`fatal: token ${MASK} refused`));
});

test('a place and a list of ranks leave room for the last lines, however long they are', () => {
  const file = `/usr/lib/${'deep/'.repeat(4000)}a.py`;
  const place = `Fatal Python error: Aborted\n\nCurrent thread 0x1 (most recent call first):\n  File "${file}", line 1 in f\nthe end\n`;
  const ranks = Array.from(
    { length: 3000 },
    (_, rank) => `Initializing distributed: GLOBAL_RANK: ${rank}, MEMBER: 1/2`,
  );
  for (const errorOutput of [place, `${ranks.join('\n')}\nthe end\n`]) {
    const text = textOf({ errorOutput });
    assert.ok(text.length <= SHOWN, `${text.length} characters`);
    assert.match(text, /(?:line 1 in f|the end)"\nCommand /);
  }
  assert.match(textOf({ errorOutput: ranks.join('\n') }), /one of ranks 0, 1, .*, 15, … \(3000 in all\): /);
});
