// Pipes, devices and folders in the place of files that `train` reads and writes: no job waits for them, and each error names them.
import assert from 'node:assert/strict';
import { lstatSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { type HostileInput, putLink, putPipe, SPECIAL_FILES, TOO_LARGE } from '../support/hostile-inputs.ts';
import { type JobSpec, makeJob, type RunResult, startTrain, TRAIN, temporaryFolder } from '../support/job.ts';
import { programJob, shellJob } from '../support/processes.ts';
import { runWords } from '../support/run.ts';

// A start takes a fraction of a second. `train` that waits for a pipe is killed at the end of its test.
const OPTIONS = { timeout: 20_000 };

const [PIPE] = SPECIAL_FILES as [HostileInput];
const CIRCLE: HostileInput = {
  kind: 'links in a circle',
  put: (path) => putLink(path, path),
  problem: 'ELOOP',
};

/** Runs `train` with `input` in place of the file `path` of the job. */
async function trainWithInput(t: TestContext, spec: JobSpec, path: string, input: HostileInput): Promise<RunResult> {
  const base = makeJob(t, spec);
  mkdirSync(join(base, dirname(path)), { recursive: true });
  await input.put(join(base, path), t);
  return startTrain(t, base).ended;
}

function assertFailed({ code, stderr, failure, isSuccess }: RunResult, error: string, problem: string): void {
  assert.equal(code, 1, stderr);
  assert.equal(isSuccess, false);
  const [first = '', ...rest] = (failure ?? '').split('\n');
  assert.ok(first.startsWith(`UserError ${error}: `), first);
  assert.ok(first.endsWith(problem), first);
  assert.match(rest.join('\n'), /^Where: .*\nFix: /);
}

describe('files that train reads', { concurrency: 2 }, () => {
  const config = (name: string) => join('input', 'config', `${name}.json`);
  for (const input of [...SPECIAL_FILES, TOO_LARGE, CIRCLE]) {
    test(`${input.kind} as configuration is an error that names it`, OPTIONS, async (t) => {
      const result = await trainWithInput(t, shellJob('exit 9'), config('hyperparameters'), input);
      assertFailed(result, 'CONFIG_UNREADABLE', `hyperparameters.json cannot be read: ${input.problem}`);
    });
  }

  for (const name of ['resourceconfig', 'inputdataconfig']) {
    test(`a named pipe as ${name}.json is an error that names it`, OPTIONS, async (t) => {
      const result = await trainWithInput(t, shellJob('exit 9'), config(name), PIPE);
      assertFailed(result, 'CONFIG_UNREADABLE', `${name}.json cannot be read: it is a named pipe`);
    });
  }

  test('configuration may be links to files, as mounts make them', OPTIONS, async (t) => {
    const base = makeJob(t, shellJob('echo "rate $SM_HP_RATE"'));
    const mounted = temporaryFolder(t);
    for (const name of readdirSync(join(base, 'input', 'config'))) {
      const file = join(base, 'input', 'config', name);
      writeFileSync(join(mounted, name), readFileSync(file));
      putLink(file, join(mounted, name));
    }
    writeFileSync(join(mounted, 'hyperparameters.json'), '{"sagemaker_program": "train.sh", "rate": "7"}');
    const result = await startTrain(t, base).ended;
    assert.equal(result.code, 0, result.stderr);
    assert.equal(result.stdout, 'rate 7\n');
  });

  for (const program of ['train.sh', 'train.py', 'train.ts', 'train']) {
    for (const input of SPECIAL_FILES.slice(0, 3)) {
      test(`${input.kind} as the program ${program} is an error that names it`, OPTIONS, async (t) => {
        const result = await trainWithInput(t, { program }, join('code', program), input);
        assertFailed(result, 'PROGRAM_INVALID', `/code/${program} is ${input.problem.slice('it is '.length)}`);
      });
    }
  }

  for (const [kind, target] of [
    ['a link to nothing', 'nothing'],
    ['links in a circle', 'train.sh'],
  ] as const) {
    test(`${kind} as the program is an error that names the link`, OPTIONS, async (t) => {
      const input = { kind, put: (path: string) => putLink(path, target), problem: '' };
      const { code, failure } = await trainWithInput(t, { program: 'train.sh' }, 'code/train.sh', input);
      assert.equal(code, 1);
      assert.match(failure ?? '', /^UserError PROGRAM_NOT_FOUND: .*\nWhere: .*\nFix: Replace the link of that name, /);
    });
  }

  const python = (files: JobSpec['files'] = {}) => programJob('train.py', 'print("trained")', { files });
  const node = programJob('train.js', 'console.log("trained")');
  const dependent = '{"dependencies": {"there": "*"}}';
  const installed = { 'code/node_modules/there/package.json': '{"version": "1.0.0"}', 'code/package.json': dependent };
  const moreInputs: readonly (readonly [file: string, spec: JobSpec])[] = [
    ['package.json', node],
    ['node_modules/there/package.json', { ...node, files: { ...node.files, 'code/package.json': dependent } }],
    ['package-lock.json', { ...node, files: { ...node.files, ...installed } }],
    ['requirements.txt', python()],
    ['setup.py', python()],
  ];
  for (const [file, spec] of moreInputs) {
    test(`a named pipe as ${file} is an error that names it`, OPTIONS, async (t) => {
      const result = await trainWithInput(t, spec, join('code', file), PIPE);
      assertFailed(
        result,
        'PROGRAM_INVALID',
        file.endsWith('package.json') ? ' it is a named pipe' : ' is a named pipe',
      );
    });
  }

  for (const input of [PIPE, TOO_LARGE]) {
    test(
      `${input.kind} as the package.json of a program that is a folder is an error that names it`,
      OPTIONS,
      async (t) => {
        const spec = { program: 'app', files: { 'code/app/index.js': '' } };
        const result = await trainWithInput(t, spec, 'code/app/package.json', input);
        assertFailed(result, 'PROGRAM_INVALID', `/code/app/package.json cannot be used: ${input.problem}`);
      },
    );
  }
});

describe('the code directory', { concurrency: 2 }, () => {
  const file: HostileInput = {
    kind: 'a regular file',
    put: (path) => writeFileSync(path, ''),
    problem: 'it is a regular file',
  };
  for (const { kind, put } of [...SPECIAL_FILES.slice(0, 3), file]) {
    test(`${kind} in its place is an error that names it`, OPTIONS, async (t) => {
      const base = makeJob(t, { program: 'train.sh' });
      await put(join(base, 'code'), t);
      const { code, failure } = await startTrain(t, base).ended;
      assert.equal(code, 1);
      const what = kind.replace('a link to ', '');
      assert.match(
        failure ?? '',
        new RegExp(
          `^InfrastructureError DISK_WRITE_FAILED: the code directory cannot be made: ${base}/code is ${what}\n`,
        ),
      );
    });
  }

  for (const target of ['/', '/proc', '/sys/kernel']) {
    test(`a link to ${target} in the source stays a link`, OPTIONS, async (t) => {
      const source = temporaryFolder(t);
      writeFileSync(join(source, 'train.sh'), 'readlink system');
      putLink(join(source, 'system'), target);
      const base = makeJob(t, { program: 'train.sh', hyperparameters: { sagemaker_submit_directory: source } });
      const result = await startTrain(t, base).ended;
      assert.equal(result.code, 0, result.stderr);
      assert.equal(result.stdout, `${target}\n`);
    });
  }
});

describe('files that train writes at the end of a job', { concurrency: 2 }, () => {
  /** A job whose script puts something in place of an outcome file, then ends with `code`. */
  async function runWithMarker(t: TestContext, marker: string, script: string, code: number) {
    const canary = join(temporaryFolder(t), 'canary');
    writeFileSync(canary, 'outside');
    const spec = shellJob(`cd "$SM_OUTPUT_DIR"; ${script.replaceAll('CANARY', canary)}; echo why >&2; exit ${code}`);
    const base = makeJob(t, spec);
    // Nothing here reads the file before its kind is known.
    const result = await runWords(t, [process.execPath, TRAIN], { variables: variablesOf(base) });
    assert.equal(readFileSync(canary, 'utf8'), 'outside');
    return { ...result, file: join(base, 'output', marker) };
  }

  for (const [kind, command] of [
    ['a named pipe', 'mkfifo'],
    ['a link to a file outside', 'ln -s CANARY'],
    ['a link to nothing', 'ln -s nothing'],
    ['links in a circle', 'ln -s ../output/'],
  ] as const) {
    const make = (marker: string) => `${command}${command.endsWith('/') ? marker : ''} ${marker}`;

    test(`${kind} that the script left as success is replaced by the file`, OPTIONS, async (t) => {
      const { code, stderr, file } = await runWithMarker(t, 'success', make('success'), 0);
      assert.equal(code, 0, stderr);
      assert.equal(lstatSync(file).isFile(), true);
      assert.equal(readFileSync(file, 'utf8'), '');
    });

    test(`${kind} that the script left as failure is replaced by the file`, OPTIONS, async (t) => {
      const { code, file } = await runWithMarker(t, 'failure', make('failure'), 5);
      assert.equal(code, 5);
      assert.equal(lstatSync(file).isFile(), true);
      assert.match(readFileSync(file, 'utf8'), /^ExecuteUserScriptError:\nExitCode 5\nErrorMessage "why/);
    });
  }

  test('a folder that the script left as failure is reported, and the exit code stays', OPTIONS, async (t) => {
    const base = makeJob(t, shellJob('mkdir "$SM_OUTPUT_DIR/failure"; exit 5'));
    const { code, stderr } = await runWords(t, [process.execPath, TRAIN], { variables: variablesOf(base) });
    assert.equal(code, 5);
    assert.match(stderr, /DISK_WRITE_FAILED: the failure file cannot be written: EISDIR/);
  });

  for (const [kind, put] of [
    ['a link to nothing', (path: string) => putLink(path, 'nothing')],
    ['links in a circle', (path: string) => putLink(path, path)],
    ['a named pipe', putPipe],
  ] as const) {
    test(`${kind} that an earlier run left as success is gone while the script runs`, OPTIONS, async (t) => {
      const base = makeJob(t, shellJob('ls -A "$SM_OUTPUT_DIR"; exit 3'));
      put(join(base, 'output', 'success'));
      const result = await startTrain(t, base).ended;
      assert.equal(result.code, 3);
      assert.equal(result.stdout, 'data\n');
      assert.equal(lstatSync(join(base, 'output', 'success'), { throwIfNoEntry: false }), undefined);
    });
  }
});

// Node itself has some 15 files open. With a few more the program starts, and the one that compresses does not.
for (const limit of [24, 26, 28]) {
  test(`a job that may have ${limit} files open packs its model`, OPTIONS, async (t) => {
    const base = makeJob(t, shellJob('head -c 200000 /dev/zero > "$SM_MODEL_DIR/weights"'));
    const command = ['sh', '-c', `ulimit -n ${limit}; exec "$@"`, 'sh', process.execPath, TRAIN];
    const { code, stderr } = await runWords(t, command, {
      variables: { ...variablesOf(base), OPTML_PACKAGE: 'always' },
    });
    assert.equal(code, 0, stderr);
    assert.notEqual(statSync(join(base, 'output', 'model.tar.gz')).size, 0);
  });
}

function variablesOf(base: string): NodeJS.ProcessEnv {
  return { HOME: dirname(base), SAGEMAKER_BASE_DIR: base, OPTML_PACKAGE: 'never' };
}
