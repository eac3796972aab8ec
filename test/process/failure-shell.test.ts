import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { shownFailure, testFailures } from '../support/failure-cases.ts';
import { runJob } from '../support/job.ts';
import { programJob, pythonJob, shellJob } from '../support/processes.ts';

const bash = (script: string) => programJob('train.sh', `#!/bin/bash\n${script}\n`);

describe('the failure file of a shell script shows the message and the place (C51)', { concurrency: 2 }, () => {
  testFailures([
    {
      title: 'dash: a command that is not there',
      job: shellJob('echo start\nno-such-program --fast'),
      exitCode: 127,
      message: 'no-such-program: not found',
      location: 'train.sh, line 3',
    },
    {
      title: 'bash: a command that is not there',
      job: bash('echo start\nno-such-program --fast'),
      exitCode: 127,
      message: 'no-such-program: command not found',
      location: 'train.sh, line 3',
    },
    {
      title: 'dash: an unset variable',
      job: shellJob('set -u\n\necho "$NOT_SET_HERE"'),
      exitCode: 2,
      message: 'NOT_SET_HERE: parameter not set',
      location: 'train.sh, line 4',
    },
    {
      title: 'bash: an unset variable',
      job: bash('set -u\n\necho "$NOT_SET_HERE"'),
      exitCode: 1,
      message: 'NOT_SET_HERE: unbound variable',
      location: 'train.sh, line 4',
    },
    {
      title: 'dash: a syntax error',
      job: shellJob('if true; then\n  echo yes\n'),
      exitCode: 2,
      message: 'Syntax error: end of file unexpected (expecting "fi")',
      location: 'train.sh, line 5',
    },
    {
      title: "a program's own complaint",
      job: shellJob('cat /not/there/data.csv'),
      exitCode: 1,
      message: 'cat: /not/there/data.csv: No such file or directory',
    },
    {
      title: 'silence',
      job: shellJob('exit 9'),
      exitCode: 9,
      message: 'the program wrote nothing to standard error',
    },
    {
      title: 'an interpreter that is not there',
      job: programJob('train.sh', '#!/usr/bin/no-such-shell\necho hello\n'),
      exitCode: 127,
      message: './train.sh cannot be started: its interpreter /usr/bin/no-such-shell does not exist',
      location: 'first line of the file',
    },
    {
      title: 'colours are left out',
      job: shellJob("printf '\\033[1;31mERROR:\\033[0m \\033[4mdisk on fire\\033[0m\\n' >&2; exit 3"),
      exitCode: 3,
      message: 'ERROR: disk on fire',
    },
  ]);

  test('a coloured Python traceback is understood', async (t) => {
    const script = `
import sys, traceback
def hook(kind, value, trace):
    text = ''.join(traceback.format_exception(kind, value, trace))
    for line in text.splitlines(): print('\\033[31m' + line + '\\033[0m', file=sys.stderr)
sys.excepthook = hook
def main():
    raise ValueError('bad shape')
main()
`;
    const result = await runJob(t, pythonJob(script));
    assert.match(
      shownFailure(result),
      /^ExecuteUserScriptError:\nExitCode 1\nErrorMessage "ValueError: bad shape \(train\.py, line 8, in main\)/,
    );
  });

  test('of a huge last line its beginning and its end are shown', async (t) => {
    const script = "import sys\nsys.stderr.write('BEGIN ' + 'x' * 50000 + ' END')\nsys.exit(1)\n";
    const result = await runJob(t, pythonJob(script));
    const shown = shownFailure(result);
    assert.match(shown, /^ExecuteUserScriptError:\nExitCode 1\nErrorMessage "BEGIN x+ … x+ END/);
    assert.match(result.failure ?? '', /"\nCommand "[^\n]*"$/);
  });

  test('of a huge message the beginning is shown, and the place', async (t) => {
    const result = await runJob(t, pythonJob("def main():\n    raise ValueError('BEGIN ' + 'x' * 50000)\nmain()\n"));
    assert.match(shownFailure(result), /ErrorMessage "ValueError: BEGIN x+ … x+ \(train\.py, line 2, in main\)/);
  });

  // Its end may be the rest of a secret: a part of a word is not shown.
  test('a line longer than all that is kept does not hide the exit code, nor take the memory', async (t) => {
    const result = await runJob(t, shellJob("head -c 3000000 /dev/zero | tr '\\0' y >&2; exit 5"));
    assert.equal(result.code, 5);
    assert.match(shownFailure(result), /^ExecuteUserScriptError:\nExitCode 5\nErrorMessage "…/);
    assert.ok((result.failure ?? '').length < 2000);
  });

  test('a long command does not push the message out of sight', async (t) => {
    const long = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`parameter_${i}`, `"${'v'.repeat(100)}"`]));
    const result = await runJob(t, { ...shellJob('echo "what went wrong" >&2; exit 5'), hyperparameters: long });
    assert.match(shownFailure(result), /^ExecuteUserScriptError:\nExitCode 5\nErrorMessage "what went wrong/);
    assert.match(result.failure ?? '', /--parameter_9 v{100}/);
  });
});
