// Real programs of test/fixtures/failures/programs, run by `train`: the first line of the failure names the cause.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { runJob } from '../support/job.ts';
import { programJob } from '../support/processes.ts';

const FOLDER = join(import.meta.dirname, '..', 'fixtures', 'failures', 'programs');
const HEAD = /^ExecuteUserScriptError:\nExitCode (\d+)\nErrorMessage "([^\n]*)/;
const HEAP = { NODE_OPTIONS: '--max-old-space-size=64' };

interface ProgramCase {
  readonly program: string;
  readonly exitCode: number;
  /** The first line, as text or its form. */
  readonly line: string | RegExp;
  readonly variables?: Readonly<Record<string, string>>;
}

const CASES: readonly ProgramCase[] = [
  { program: 'ignored-exception.py', exitCode: 1, line: "KeyError: 'label' (ignored-exception.py, line 12)" },
  {
    program: 'handling.py',
    exitCode: 1,
    line: "ValueError: the rows have no label (handling.py, line 9, in train); while handling KeyError: 'label' (handling.py, line 2, in column)",
  },
  { program: 'thread.py', exitCode: 1, line: 'OSError: shard 3 is truncated (thread.py, line 5, in load)' },
  {
    program: 'faulthandler_abort.py',
    exitCode: 139,
    line: 'Fatal Python error: Segmentation fault (faulthandler_abort.py, line 8, in predict)',
  },
  { program: 'memory.py', exitCode: 1, line: 'MemoryError (memory.py, line 1)' },
  { program: 'logged.py', exitCode: 1, line: 'the loss is not finite' },
  { program: 'logging_error.py', exitCode: 1, line: 'RuntimeError: bad label 7 (logging_error.py, line 5)' },
  {
    program: 'command.py',
    exitCode: 1,
    line: /^subprocess\.CalledProcessError: .* \(command\.py, line 3\); caused by json\.decoder\.JSONDecodeError: /,
  },
  {
    program: 'heap.js',
    exitCode: 134,
    line: /^FATAL ERROR: .*JavaScript heap out of memory\. Raise the limit, such as NODE_OPTIONS=--max-old-space-size=/,
    variables: HEAP,
  },
  {
    program: 'cause.js',
    exitCode: 1,
    line: /^Error: the channel train cannot be read \(cause\.js, line 5, .*\); caused by SyntaxError: /,
  },
  { program: 'aggregate.mjs', exitCode: 1, line: /^AggregateError: .*; caused by Error: a\.csv is empty / },
  { program: 'fetch.mjs', exitCode: 1, line: /^TypeError: fetch failed \(fetch\.mjs, line 2, .*\); caused by \S/ },
  { program: 'caught.js', exitCode: 1, line: 'TypeError: no column label (caught.js, line 2, column 9, in main)' },
  { program: 'signal.sh', exitCode: 137, line: /^Killed: python3 -c .* \(signal\.sh, line 2\)$/ },
  {
    program: 'windows.sh',
    exitCode: 127,
    line: /^\.\/windows\.sh cannot be started: its first line ends in a carriage/,
  },
];

const hasGroups = (() => {
  try {
    execFileSync('python3', ['-c', 'ExceptionGroup']);
    return true;
  } catch {
    return false;
  }
})();

const GROUPS: ProgramCase = {
  program: 'groups.py',
  exitCode: 1,
  line: 'ExceptionGroup: 2 files (2 sub-exceptions) (groups.py, line 11); caused by ValueError: a.csv is empty (groups.py, line 2, in read)',
};

describe('the failure of a real program names the cause in its first line', { concurrency: 2 }, () => {
  for (const { program, exitCode, line, variables } of hasGroups ? [...CASES, GROUPS] : CASES) {
    test(program, async (t) => {
      const content = readFileSync(join(FOLDER, program), 'utf8');
      const result = await runJob(t, programJob(program, content), variables);
      const [, code, first = ''] = HEAD.exec(result.failure ?? '') ?? [];
      assert.equal(Number(code), exitCode, result.stderr);
      if (typeof line === 'string') assert.equal(first, line);
      else assert.match(first, line);
      // Addresses of native stacks explain nothing.
      assert.doesNotMatch(result.failure ?? '', /v8::internal|^\s*\d+: 0x/m);
    });
  }
});
