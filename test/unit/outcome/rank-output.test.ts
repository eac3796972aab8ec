// Output of real launchers and frameworks, recorded and shortened. Written after their formats, because recording them needs
// several machines or an older version: deepspeed, lightning-killed, ray, ray-v2, tensorflow.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { scriptFailureText } from '../../../src/outcome/failure-text.ts';
import { bareEnd } from '../../../src/process/process-end.ts';

const FOLDER = join(import.meta.dirname, '..', '..', 'fixtures', 'rank-output');

/** Recorded output → the first line of the failure's text, on the host algo-2. */
const HEADLINES: Readonly<Record<string, string>> = {
  accelerate: 'ValueError: bad batch 0 (acc.py, line 3)',
  'accelerate-ranks': 'rank 1 on algo-2: ValueError: rank 1 in attempt 0 (train.py, line 5)',
  'data-loader': 'ValueError: image 7 is truncated (dataset.py, line 8, in __getitem__)',
  deepspeed: 'rank 2 on algo-2: ValueError: loss is not finite (train.py, line 14, in main)',
  'deepspeed-one-host':
    'rank 0 on algo-2: RuntimeError: [/__w/pytorch/pytorch/third_party/gloo/gloo/transport/tcp/pair.cc:553] Connection closed by peer [10.0.1.7]:7072. This is typically caused by a remote worker crashing. Check the logs of the remote worker before reporting an error. GLHF! 🏖️ (worker.py, line 11, in main)',
  joblib: 'ValueError: fold 3 is empty (job.py, line 5)',
  'joblib-killed':
    'joblib.externals.loky.process_executor.TerminatedWorkerError: A worker process managed by the executor was unexpectedly terminated. This could be caused by a segmentation fault while calling the function or by an excessive memory usage causing the Operating System to kill the worker. (train.py, line 9)',
  lightning: 'rank 1 on algo-2: ValueError: bad batch: shape mismatch [3,4] (fail.py, line 10, in fail)',
  'lightning-exit-code': 'rank 1 on algo-2: ended without an error of its own',
  'lightning-killed': 'rank 1 on algo-2: killed by signal 9',
  mpirun: `rank 1 on algo-2: KeyError: "column 'age'" (mpi.py, line 5)`,
  'mpirun-exit-code': 'rank 1 on algo-2: exit code 7',
  'mpirun-killed': 'rank 1 on algo-1: killed by signal 9',
  'mpirun-ssh': 'ssh: Could not resolve hostname algo-9: Name or service not known',
  'mpirun-tags': `rank 1 on algo-2: KeyError: "column 'age'" (mpi.py, line 5)`,
  pip: 'ERROR: No matching distribution found for no-such-package-zz==1.0',
  'process-pool': 'ValueError: fold 3 is empty (pool.py, line 3, in fit)',
  r: 'Error in f(1) : column V99 not found in data',
  'r-calls': 'Error in file(file, "rt") : cannot open the connection',
  ray: 'rank 1 on 10.0.1.7: ValueError: column age is missing (train.py, line 9, in train_loop)',
  'ray-train':
    "rank 1 on algo-2: RuntimeError: no column (fail.py, line 13, in fail); caused by KeyError: 'age' (fail.py, line 8, in load)",
  'ray-train-killed':
    'worker on 10.0.1.7: ray.exceptions.ActorDiedError: The actor died unexpectedly before finishing this task. (/usr/local/lib/python3.11/site-packages/ray/_private/worker.py, line 1055, in get_objects)',
  'ray-v2': 'rank 1 on algo-2: ValueError: column age is missing (train.py, line 9, in train_loop)',
  spawn: 'rank 1 on algo-2: ValueError: bad batch 1 (spawn.py, line 3, in work)',
  'spawn-exit-code': 'rank 1 on algo-2: exit code 7',
  'spawn-exit-text': 'rank 1 on algo-2: no data in the channel',
  'spawn-killed': 'rank 1 on algo-2: killed by SIGKILL',
  tensorflow:
    'tensorflow.python.framework.errors_impl.InvalidArgumentError: Graph execution error: Incompatible shapes: [32,10] vs. [32,1] (train.py, line 30)',
  'torchrun-before-init':
    'one of ranks 0, 1 on algo-2: FileNotFoundError: shard 0 is missing (early.py, line 3, in load)',
  'torchrun-exit-code': 'rank 1 on algo-2: exit code 7',
  'torchrun-exit-one': 'rank 1 on algo-2: exit code 1',
  'torchrun-exit-text': 'rank 1 on algo-2: no data in the channel',
  'torchrun-group':
    'rank 1 on algo-2: ExceptionGroup: two shards (2 sub-exceptions) (fail.py, line 17, in fail); caused by ValueError: shard 1 is empty',
  'torchrun-killed': 'rank 1 on algo-2: killed by SIGKILL',
  'torchrun-lines':
    'rank 1 on algo-2: fail.DataError: the data is wrong: column age: 3 missing (fail.py, line 24, in fail)',
  'torchrun-other-host':
    'rank 1 on algo-2: RuntimeError: [/__w/pytorch/pytorch/third_party/gloo/gloo/transport/tcp/pair.cc:553] Connection closed by peer [10.86.0.2]:47270. This is typically caused by a remote worker crashing. Check the logs of the remote worker before reporting an error. GLHF! 🏖️ (train.py, line 11, in main)',
  'torchrun-record': `rank 1 on algo-2: KeyError: "column 'age'" (record.py, line 5, in main)`,
  'torchrun-restarts': 'rank 0 on algo-2: ValueError: rank 0 in attempt 1 (restart.py, line 5)',
  'torchrun-segmentation-fault': 'rank 1 on algo-2: killed by SIGSEGV',
  'torchrun-sys-exit': 'rank 1 on algo-2: no data in the channel',
  'torchrun-tee': 'rank 1 on algo-2: ValueError: rank 1 in attempt 0 (tee.py, line 5)',
  'torchrun-wrong-root-cause': 'rank 1 on algo-2: ValueError: rank 1 in attempt 0 (restart.py, line 5)',
};

const read = (name: string) => readFileSync(join(FOLDER, `${name}.txt`), 'utf8');

function headline(errorOutput: string, host?: string): string | undefined {
  return /^ExecuteUserScriptError:\nExitCode 1\nErrorMessage "(.*?)"?$/m.exec(textOf(errorOutput, { host }))?.[1];
}

function textOf(
  errorOutput: string,
  {
    host,
    note,
    exitCode = 1,
  }: { readonly host?: string | undefined; readonly note?: string; readonly exitCode?: number },
): string {
  const currentHost = host ?? 'algo-1';
  return scriptFailureText({
    failureClass: 'ExecuteUserScriptError',
    end: { ...bareEnd(exitCode), errorOutput },
    command: 'train',
    mask: (text) => text,
    environment: {
      paths: { codeDir: '/opt/ml/code' },
      resources: { hosts: host === undefined ? [currentHost] : ['algo-1', 'algo-2'], currentHost },
    },
    note,
  });
}

test('every recorded output has its headline', () => {
  assert.deepEqual(
    readdirSync(FOLDER).sort(),
    Object.keys(HEADLINES)
      .map((name) => `${name}.txt`)
      .sort(),
  );
});

for (const [name, expected] of Object.entries(HEADLINES)) {
  test(`the failure begins with the script's own error: ${name}`, () => {
    assert.equal(headline(read(name), 'algo-2'), expected);
  });
}

test('the error of a rank is followed by its own traceback, not by the report of the launcher', () => {
  const text = textOf(read('torchrun-lines'), { host: 'algo-2' });
  assert.match(
    text,
    /"rank 1 on algo-2: fail\.DataError: the data is wrong: column age: 3 missing \(fail\.py, line 24, in fail\)\nhint: run prepare\.py\nlast line\n\nTraceback \(most recent call last\):\n {2}File "\/opt\/ml\/code\/train\.py"/,
  );
  assert.doesNotMatch(text, /ChildFailedError|error_file/);
});

for (const { exitCode, start } of [
  { exitCode: 3, start: 'a rank without an error of its own: exit code 3\nrank 0: RuntimeError: ' },
  { exitCode: 1, start: 'no data in the channel\nrank 0: RuntimeError: ' },
]) {
  test(`a rank of DeepSpeed that printed no error comes before the one that lost it: exit code ${exitCode}`, () => {
    // Standard error alone: DeepSpeed's own lines are on standard output.
    const text = textOf(read('deepspeed-one-host'), { exitCode });
    assert.ok(text.startsWith(`ExecuteUserScriptError:\nExitCode ${exitCode}\nErrorMessage "${start}`), text);
    assert.match(
      textOf(read('deepspeed-one-host'), { host: 'algo-1', exitCode }),
      /ErrorMessage "rank 0 on algo-1: RuntimeError: /,
    );
  });
}

test('a job of one host names only the rank', () => {
  assert.equal(headline(read('torchrun-killed')), 'rank 1: killed by SIGKILL');
});

test('a rank that ended with an exit code is named before one that torchrun saw first, and that only lost its peer', () => {
  const output = read('torchrun-wrong-root-cause')
    .split('\n')
    .filter((line) => !line.startsWith('[rank1]'))
    .join('\n');
  assert.equal(
    headline(output.replace(/exitcode +: 1 \(pid: 12835\)/, 'exitcode  : 3 (pid: 12835)'), 'algo-1'),
    'rank 1 on algo-1: exit code 3',
  );
});

test('an error that a rank logged and survived is not the reason', () => {
  const survived = [
    'Traceback (most recent call last):',
    '  File "/opt/ml/code/a.py", line 1, in f',
    'KeyError: 1',
    '',
  ];
  const output = survived.map((line) => `[rank1]: ${line}`).join('\n');
  assert.equal(
    headline(`${output}\n${read('accelerate-ranks')}`),
    'rank 1: ValueError: rank 1 in attempt 0 (train.py, line 5)',
  );
});

test('lines that only look like those of a host leave the last error of a program as it is', () => {
  const error = (name: string) =>
    ['Traceback (most recent call last):', '  File "/opt/ml/code/a.py", line 1, in f', `KeyError: ${name}`, ''].join(
      '\n',
    );
  assert.equal(headline(`algo-1: ready\n${error('first')}\n${error('last')}`), 'KeyError: last (a.py, line 1, in f)');
});

test('a rank that the launcher has named is not named twice', () => {
  const output =
    '[rank1]: Traceback (most recent call last):\n[rank1]:   File "a.py", line 1, in f\n[rank1]: KeyError: 1\n';
  assert.match(
    textOf(output, { host: 'algo-2', note: 'rank 1 on algo-2 failed' }),
    /ErrorMessage "rank 1 on algo-2 failed\nKeyError: 1 \(a\.py, line 1, in f\)/,
  );
});
