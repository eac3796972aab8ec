// Cases that the broken images in test/fixtures do not show: what must not be found, and the rarer ways to fail.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TrainingJobRequest } from '../../../../src/request/request.ts';
import { driversPrograms } from '../../../../src/validate/checks/drivers/drivers-programs.ts';
import { imageSize } from '../../../../src/validate/checks/image/image-size.ts';
import { architecture } from '../../../../src/validate/checks/start/architecture.ts';
import { entrypointForm } from '../../../../src/validate/checks/start/entrypoint-form.ts';
import { entrypointProgram } from '../../../../src/validate/checks/start/entrypoint-program.ts';
import { entrypointTakesTrain } from '../../../../src/validate/checks/start/entrypoint-takes-train.ts';
import { initEntrypoint } from '../../../../src/validate/checks/start/init-entrypoint.ts';
import { pathVariable } from '../../../../src/validate/checks/start/path-variable.ts';
import { programFormat } from '../../../../src/validate/checks/start/program-format.ts';
import { trainOnPath } from '../../../../src/validate/checks/start/train-on-path.ts';
import { userExists } from '../../../../src/validate/checks/start/user.ts';
import { STATIC_CHECKS } from '../../../../src/validate/checks/static-checks.ts';
import { UnreadableImage } from '../../../../src/validate/image-facts.ts';
import { ask, BIN, imageOf, SHELL, script } from '../image-of.ts';

const job = (algorithm: object, resources: object = {}): TrainingJobRequest => ({
  TrainingJobName: 'job',
  AlgorithmSpecification: { TrainingInputMode: 'File', ...algorithm },
  OutputDataConfig: { S3OutputPath: 's3://bucket/' },
  ResourceConfig: resources,
});

test('without an image every check of images is skipped', async () => {
  for (const check of STATIC_CHECKS) {
    const { status } = await check.run({
      kind: 'command',
      image: undefined,
      isDriversJob: true,
      job: undefined,
      observe: () => Promise.reject(new Error('nothing is run here')),
      forget: async () => undefined,
    });
    assert.equal(status, 'skipped', check.id);
  }
});

test('where files cannot be read, nothing is claimed', async () => {
  const image = imageOf([], { files: () => Promise.reject(new UnreadableImage('no space left')) });
  assert.equal(await ask(trainOnPath, image), 'unknown: the files of the image cannot be read: no space left');
});

test('train: a link counts, a file without the right to execute is named', async () => {
  const linked = imageOf([{ name: 'usr/bin/train', type: '2', link: '/app/train' }, script('app/train')]);
  assert.equal(await ask(trainOnPath, linked), 'pass: "train" is /app/train');
  const plain = imageOf([script('usr/local/bin/train', '', 0o644)]);
  assert.equal(await ask(trainOnPath, plain), 'fail: "/usr/local/bin/train" is not executable');
  const own = imageOf([script('opt/bin/train')], { environment: new Map([['PATH', '/opt/bin']]) });
  assert.equal(await ask(trainOnPath, own), 'pass: "train" is /opt/bin/train');
});

test("a job of one's own says what is started", async () => {
  const image = imageOf([script('usr/bin/learn'), SHELL, BIN]);
  const learns = { job: job({ ContainerArguments: ['learn'] }) };
  assert.equal(await ask(trainOnPath, image, learns), 'pass: "learn" is /usr/bin/learn');
  const entry = { job: job({ ContainerEntrypoint: ['/usr/bin/learn'] }) };
  assert.equal(await ask(entrypointProgram, image, entry), 'pass: "/usr/bin/learn" is there and executable');
  assert.equal(await ask(trainOnPath, image, entry), 'skipped: ContainerEntrypoint names the program that is started');
  const channel = { job: job({ ContainerEntrypoint: ['/opt/ml/input/data/code/run.sh'] }) };
  assert.match(await ask(entrypointProgram, image, channel), /^pass/);
});

test('entrypoint: relative paths count from WORKDIR, scripts of interpreters are looked for, options are none', async () => {
  const entries = [script('app/start'), script('app/train.py', '', 0o644), script('usr/bin/python3')];
  const at = (...entrypoint: string[]) => imageOf(entries, { entrypoint, workDir: '/app' });
  assert.match(await ask(entrypointProgram, at('./start')), /^pass/);
  assert.match(await ask(entrypointProgram, at('python3', 'train.py')), /^pass/);
  assert.match(await ask(entrypointProgram, at('python3', '-u', 'none.py')), /^pass/);
  assert.match(await ask(entrypointProgram, at('python3', '/opt/ml/code/none.py')), /^pass/);
  assert.equal(
    await ask(entrypointProgram, at('python3', 'none.py')),
    'fail: python3 is to run "/app/none.py", which is not in the image',
  );
  assert.equal(await ask(entrypointProgram, at('tini', '--', 'none')), 'fail: the program "tini" is not in the image');
});

test('a bare interpreter is no entrypoint, unless there is a script "train"', async () => {
  const python = script('usr/bin/python3');
  const at = (entrypoint: string[], ...more: Parameters<typeof imageOf>[0]) =>
    ask(entrypointTakesTrain, imageOf([python, ...more], { entrypoint, workDir: '/app' }));
  assert.match(await at(['python3', '-u']), /^fail: the platform runs "python3 -u train"/);
  assert.match(await at(['/usr/bin/env', 'python3']), /^fail/);
  assert.match(await at(['tini', '--', 'python3']), /^fail/);
  assert.match(await at(['python3'], script('app/train', '', 0o644)), /^pass/);
  assert.match(await at(['python3'], script('app/train/__main__.py', '', 0o644)), /^pass/);
  assert.match(await at(['node'], script('app/train.js', '', 0o644)), /^pass/);
  assert.match(await at(['bash'], script('usr/bin/train')), /^pass/);
  assert.match(await at(['python3', '-m', 'app']), /^pass/);
  assert.match(await at(['docker-entrypoint.sh']), /^pass/);
});

test('a shell form is found behind an init too; exec in front of its text is fine', async () => {
  const at = (...entrypoint: string[]) => ask(entrypointForm, imageOf([], { entrypoint }));
  assert.match(await at('/bin/sh', '-c', 'python train.py'), /^fail/);
  assert.match(await at('tini', '--', '/bin/bash', '-lc', 'python train.py'), /^fail/);
  assert.match(await at('/bin/sh', '-c', 'exec python train.py'), /^pass/);
  assert.match(await at('/bin/bash', '/app/run.sh'), /^pass/);
});

test('an init needs a program, or train on PATH', async () => {
  const at = (entrypoint: string[], ...entries: Parameters<typeof imageOf>[0]) =>
    ask(initEntrypoint, imageOf(entries, { entrypoint }));
  assert.match(await at(['tini', '-g', '--']), /^fail/);
  assert.match(await at(['dumb-init', '--rewrite', '15:2']), /^fail/);
  assert.match(await at(['/usr/bin/tini', '-e', '143', '--', 'train']), /^pass/);
  assert.match(await at(['tini'], script('usr/bin/train')), /^pass/);
});

test('the first program: its interpreter has to be there, and its #! line be one', async () => {
  const at = (content: string, ...more: Parameters<typeof imageOf>[0]) =>
    ask(programFormat, imageOf([BIN, SHELL, script('usr/bin/env'), script('usr/bin/train', content), ...more]));
  assert.match(await at('#!/bin/sh -e\n'), /^pass/);
  assert.match(await at('#!/usr/bin/env python3\n', script('usr/bin/python3')), /^pass/);
  assert.match(await at('#!/usr/bin/env -S python3 -u\n', script('usr/bin/python3')), /^pass/);
  assert.equal(await at('#!/usr/bin/env python3\n'), 'fail: /usr/bin/train needs "python3", which is not on PATH');
  assert.equal(await at('#!/bin/bash\n'), 'fail: /usr/bin/train needs /bin/bash, which is not in the image');
  assert.match(await at('#!/bin/sh\r\necho\r\n'), /^fail: the #! line of \/usr\/bin\/train ends with CR LF/);
  assert.match(await at('\u00ef\u00bb\u00bf#!/bin/sh\n'), /^fail/);
  assert.match(await at('echo\n'), /^fail: \/usr\/bin\/train is no binary and has no #! line/);
});

test('a binary for another machine is found', async () => {
  // 0x3e is amd64. (Texts of these archives are UTF-8, so no larger number can be in one.)
  const elf = `\x7fELF${'\0'.repeat(14)}>\0`;
  const at = (machine: string) =>
    ask(programFormat, imageOf([script('usr/bin/train', elf)], { architecture: machine }));
  assert.match(await at('amd64'), /^pass/);
  assert.equal(await at('arm64'), 'fail: /usr/bin/train is a program for amd64, the image is for arm64');
});

test('arm64 is right for the one type that has it', async () => {
  const image = imageOf([], { architecture: 'arm64' });
  assert.equal(await ask(architecture, image), 'fail: it is for linux/arm64, not linux/amd64');
  const arm = { job: job({}, { InstanceType: 'ml.p6e-gb200.36xlarge' }) };
  assert.match(await ask(architecture, image, arm), /^pass/);
  assert.match(await ask(architecture, imageOf([]), arm), /^fail/);
  assert.match(await ask(architecture, imageOf([], { architecture: '' })), /^unknown/);
});

test("PATH: empty entries and the loss of the system's folders are found", async () => {
  const at = (path: string) => ask(pathVariable, imageOf([BIN, SHELL], { environment: new Map([['PATH', path]]) }));
  assert.match(await at('/usr/bin'), /^pass/);
  assert.match(await at('/app:/bin'), /^pass/);
  assert.match(await at('/app'), /^fail: PATH lacks/);
  assert.match(await at('/app::/bin'), /^fail: PATH has entries/);
  assert.match(await at('bin:/bin'), /^fail: PATH has entries that are no absolute folders: "bin"/);
});

test('a numeric user needs no entry', async () => {
  assert.match(await ask(userExists, imageOf([], { user: '1000:100' })), /^pass/);
  assert.match(await ask(userExists, imageOf([], { user: 'me:staff' })), /^fail: USER is "me"/);
});

test('an image above 10 GB is one to think about', async () => {
  assert.match(await ask(imageSize, imageOf([], { bytes: 10_100_000_000 })), /^fail: it has 10\.10 GB/);
  assert.match(await ask(imageSize, imageOf([], { bytes: 9_900_000_000 })), /^pass/);
});

test('the newer SDK needs bash, Python and pip, of its jobs only', async () => {
  const image = imageOf([BIN, SHELL, script('usr/bin/bash'), script('usr/bin/python3'), script('usr/local/bin/pip')]);
  assert.match(await ask(driversPrograms, image), /^skipped/);
  assert.match(await ask(driversPrograms, image, { isDriversJob: true }), /^pass/);
  const bare = imageOf([BIN, SHELL]);
  assert.equal(
    await ask(driversPrograms, bare, { isDriversJob: true }),
    'fail: the image lacks /bin/bash, python3 or python, pip3 or pip',
  );
});
