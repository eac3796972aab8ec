import assert from 'node:assert/strict';
import { chmodSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { whyNoMounts } from '../support/fakes.ts';
import { makeJob, runJob, TRAIN } from '../support/job.ts';
import { runWords } from '../support/run.ts';

const HPS = { hyperparameters: { epochs: '3' } };

test('a .sh script is made executable and run by its own interpreter (C24)', async (t) => {
  const result = await runJob(t, {
    ...HPS,
    program: 'train.sh',
    files: { 'code/train.sh': '#!/bin/bash\necho "$0 $*" $(test -n "$BASH_VERSION" && echo bash)\n' },
  });
  assert.equal(result.code, 0, result.stderr);
  assert.equal(result.stdout, './train.sh --epochs 3 bash\n');
  assert.equal(statSync(join(result.base, 'code/train.sh')).mode & 0o777, 0o777);
});

test('an executable without an ending is run, also from a folder, with code/ as working directory (C24)', async (t) => {
  const result = await runJob(t, {
    ...HPS,
    program: 'bin/train',
    files: { 'code/bin/train': '#!/bin/sh\necho "$PWD $0 $*"\n' },
  });
  assert.equal(result.stdout, `${result.base}/code ./bin/train --epochs 3\n`);
});

test('a binary is run (C24)', async (t) => {
  const result = await runJob(t, { ...HPS, program: 'train', files: { 'code/train': readFileSync('/bin/echo') } });
  assert.equal(result.code, 0, result.stderr);
  assert.equal(result.stdout, '--epochs 3\n');
});

test('a text without #! is run by /bin/sh', async (t) => {
  for (const program of ['train', 'train.sh', 'train.SH']) {
    const result = await runJob(t, { ...HPS, program, files: { [`code/${program}`]: 'echo "plain $0 $*"\n' } });
    assert.equal(result.stdout, `plain ./${program} --epochs 3\n`, result.stderr);
  }
});

test('a program whose interpreter does not exist ends with 127 and a message that names it', async (t) => {
  const result = await runJob(t, { program: 'train', files: { 'code/train': '#!/no/such/interp -x\necho no\n' } });
  assert.equal(result.code, 127);
  assert.match(
    result.failure ?? '',
    /^ExecuteUserScriptError:\nExitCode 127\nErrorMessage "\.\/train cannot be started: its interpreter \/no\/such\/interp does not exist/,
  );
});

test('a script with Windows line ends gets an error that names them', async (t) => {
  const result = await runJob(t, { program: 'train.sh', files: { 'code/train.sh': '#!/bin/sh\r\necho no\r\n' } });
  assert.equal(result.code, 127);
  assert.match(result.failure ?? '', /first line ends in a carriage return.*Save the file with Unix line ends/);
});

for (const [what, text] of [
  ['without an interpreter', 'set -e\r\ncd /tmp\r\necho no\r\nno-such-program\r\n'],
  ['whose interpreter env looks for', '#!/usr/bin/env sh\r\necho no\r\n'],
] as const) {
  test(`the failure of a script with Windows line ends names them: ${what}`, async (t) => {
    const result = await runJob(t, { program: 'train.sh', files: { 'code/train.sh': text } });
    assert.notEqual(result.code, 0);
    assert.match(
      result.failure ?? '',
      /ErrorMessage "the lines of \.\/train\.sh end with a carriage return \(CR LF\), .*Save the file with Unix line ends \(LF\)/,
    );
  });
}

test('a script with Windows line ends that succeeds has no failure, and one with others no such note', async (t) => {
  const good = await runJob(t, { program: 'train.sh', files: { 'code/train.sh': ': works\r\n' } });
  assert.equal(good.code, 0);
  assert.equal(good.failure, undefined);
  const other = await runJob(t, { program: 'train.sh', files: { 'code/train.sh': 'exit 7\n' } });
  assert.doesNotMatch(other.failure ?? '', /carriage/);
});

test('a binary of no known format fails the job', async (t) => {
  const result = await runJob(t, { program: 'train', files: { 'code/train': Buffer.from([0, 1, 2, 3, 0, 0]) } });
  // The C library hands to /bin/sh what the kernel refuses.
  assert.equal(result.code === 126 || result.code === 127, true, String(result.code));
  assert.match(result.failure ?? '', /^ExecuteUserScriptError:\nExitCode 12[67]\n/);
});

for (const program of [
  'my train.sh',
  "it's; exit 7 #.sh",
  '$(exit 8) `exit 9` & "q".sh',
  '-dash.sh',
  '-dash',
  'line\nbreak.sh',
  '*.sh',
  'ünï-☃.sh',
]) {
  test(`a name is passed on as it is: ${JSON.stringify(program)}`, async (t) => {
    const result = await runJob(t, {
      ...HPS,
      program: JSON.stringify(program),
      files: { [`code/${program}`]: '#!/bin/sh\nprintf "%s|" "$0" "$@"\n' },
    });
    assert.equal(result.code, 0, result.stderr);
    assert.equal(result.stdout, `./${program}|--epochs|3|`);
  });
}

const SHELL_FILES = {
  'code/train.sh': '#!/bin/sh\necho "by $0 $*"\n',
  'code/train': '#!/usr/bin/env -S sh -u\necho "by $0 $*"\n',
};

for (const program of ['train.sh', 'train']) {
  for (const [what, mount] of [
    ['a read-only file system', 'mount --bind "$C" "$C" && mount -o remount,ro,bind "$C"'],
    ['a file system mounted noexec', 'mount --bind "$C" "$C" && mount -o remount,noexec,bind "$C" && chmod 755 "$C"/*'],
  ] as const) {
    test(`a program that may not be made executable is run by its interpreter: ${program} on ${what}`, {
      skip: whyNoMounts(),
    }, async (t) => {
      const base = makeJob(t, { ...HPS, program, files: SHELL_FILES });
      const command = ['unshare', '-m', 'sh', '-c', `${mount} && exec "$NODE" "$TRAIN"`];
      const variables = {
        C: join(base, 'code'),
        NODE: process.execPath,
        TRAIN,
        SAGEMAKER_BASE_DIR: base,
        HOME: base,
        OPTML_PACKAGE: 'never',
      };
      const result = await runWords(t, command, { variables });
      assert.equal(result.code, 0, result.stderr);
      assert.equal(result.stdout, `by ./${program} --epochs 3\n`);
    });
  }
}

const whyNoOtherUser = process.getuid?.() === 0 ? false : 'SKIPPED: needs root to become another user';

for (const [what, mode, file, expected] of [
  ["somebody else's script that is not executable", 0o644, '#!/bin/sh\necho "by $0 $*"\n', 'by ./train --epochs 3\n'],
  ["somebody else's binary that may be executed but not read", 0o711, readFileSync('/bin/echo'), '--epochs 3\n'],
] as const) {
  test(`${what} is run`, { skip: whyNoOtherUser }, async (t) => {
    const base = makeJob(t, { ...HPS, program: 'train', files: { 'code/train': file } });
    chmodSync(join(base, 'code/train'), mode);
    chmodSync(dirname(base), 0o755);
    chmodSync(join(base, 'output'), 0o777);
    const command = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', process.execPath, TRAIN];
    const result = await runWords(t, command, {
      variables: { SAGEMAKER_BASE_DIR: base, HOME: '/nonexistent', OPTML_PACKAGE: 'never' },
    });
    assert.equal(result.code, 0, result.stderr);
    assert.equal(result.stdout, expected);
  });
}
