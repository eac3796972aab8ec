import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { shownFailure, testFailures } from '../support/failure-cases.ts';
import { runJob } from '../support/job.ts';
import { programJob, pythonJob, shellJob } from '../support/processes.ts';

describe('the failure file of a Python program shows the message and the place (C51)', { concurrency: 2 }, () => {
  testFailures([
    {
      title: 'an exception',
      job: pythonJob('\ndef main():\n    raise ValueError("bad shape (3, 4)")\n\nmain()\n'),
      exitCode: 1,
      message: 'ValueError: bad shape (3, 4)',
      location: 'train.py, line 3, in main',
    },
    {
      title: 'an exception without words',
      job: pythonJob('def main():\n    assert 1 == 2\n\nmain()\n'),
      exitCode: 1,
      message: 'AssertionError',
      location: 'train.py, line 2, in main',
    },
    {
      title: 'an exception of several lines',
      job: pythonJob('raise RuntimeError("sizes differ:\\n  weight (3, 4)\\n  bias (5,)")\n'),
      exitCode: 1,
      message: 'RuntimeError: sizes differ: weight (3, 4)\n  bias (5,)',
      location: 'train.py, line 1',
    },
    {
      title: 'chained exceptions: the last one',
      job: pythonJob(
        'def load():\n    try:\n        {}["rows"]\n    except KeyError as e:\n        raise RuntimeError("no rows") from e\n\nload()\n',
      ),
      exitCode: 1,
      message: 'RuntimeError: no rows',
      location: 'train.py, line 5, in load',
    },
    {
      title: 'an exception while another is handled',
      job: pythonJob(
        'def load():\n    try:\n        1 / 0\n    except ZeroDivisionError:\n        open("/not/there")\n\nload()\n',
      ),
      exitCode: 1,
      message: "FileNotFoundError: [Errno 2] No such file or directory: '/not/there'",
      location: 'train.py, line 5, in load',
    },
    {
      title: 'a syntax error',
      job: pythonJob('x = 1\ndef broken(:\n    pass\n'),
      exitCode: 1,
      message: 'SyntaxError: invalid syntax',
      location: 'train.py, line 2',
    },
    {
      title: 'an indentation error in a module of the user',
      job: pythonJob('\nimport helper\n', { files: { 'code/helper.py': 'def f():\nreturn 1\n' } }),
      exitCode: 1,
      message: 'IndentationError: expected an indented block after function definition on line 1',
      location: 'helper.py, line 2',
    },
    {
      title: 'a missing module',
      job: pythonJob('\nimport not_there\n'),
      exitCode: 1,
      message: "ModuleNotFoundError: No module named 'not_there'",
      location: 'train.py, line 2',
    },
    {
      title: 'sys.exit with a text',
      job: pythonJob('import sys\nsys.exit("channel training is empty")\n'),
      exitCode: 1,
      message: 'channel training is empty',
    },
    {
      title: 'sys.exit with a code and no word',
      job: pythonJob('import sys\nsys.exit(42)\n'),
      exitCode: 42,
      message: 'the program wrote nothing to standard error',
    },
    {
      title: "an exception raised in a library names the user's own frame",
      job: pythonJob('import json\n\ndef read():\n    return json.loads("{")\n\nread()\n'),
      exitCode: 1,
      message:
        'json.decoder.JSONDecodeError: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)',
      location: 'train.py, line 4, in read',
    },
    {
      title: 'a traceback with words after it, as tqdm and atexit handlers write them',
      job: pythonJob(
        'import atexit, sys\natexit.register(lambda: print("\\rclosing 100%|####|\\n", file=sys.stderr))\ndef main():\n    raise ValueError("bad shape")\nmain()\n',
      ),
      exitCode: 1,
      message: 'ValueError: bad shape',
      location: 'train.py, line 4, in main',
    },
    {
      title: 'an exception group names its own message',
      job: pythonJob(
        'def main():\n    raise ExceptionGroup("two shards failed", [ValueError("a"), KeyError("b")])\nmain()\n',
      ),
      exitCode: 1,
      message: 'ExceptionGroup: two shards failed (2 sub-exceptions)',
      location: 'train.py, line 2, in main',
    },
    {
      title: 'a Python program started by a shell script',
      job: shellJob('set -e\npython3 inner.py\n', { files: { 'code/inner.py': 'raise KeyError("lr")\n' } }),
      exitCode: 1,
      message: "KeyError: 'lr'",
      location: 'inner.py, line 1',
    },
    {
      title: 'a program in a folder',
      job: programJob('src/main.py', 'def go():\n    raise OSError("no device")\ngo()\n'),
      exitCode: 1,
      message: 'OSError: no device',
      location: 'src/main.py, line 2, in go',
    },
  ]);

  test('a traceback that was survived does not hide the last words', async (t) => {
    const script = `
import sys, traceback
try:
    1 / 0
except ZeroDivisionError:
    traceback.print_exc()
sys.exit('gave up after 3 tries')
`;
    const result = await runJob(t, pythonJob(script));
    assert.equal(result.code, 1);
    assert.match(shownFailure(result), /gave up after 3 tries/);
  });
});
