import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { prepareImage, projectTag } from '../../../../src/engines/container/image.ts';
import { imageText, type JobImage, parseImage } from '../../../../src/engines/job-image.ts';
import { isOptmlError } from '../../../../src/errors/error.ts';
import { temporaryFolder } from '../../../support/job.ts';

/** An engine that knows only what it has built or pulled: a shell script that writes down its commands. */
function standInEngine(t: TestContext, localImage = '') {
  const warnings: string[] = [];
  const dir = temporaryFolder(t);
  const [program, log] = [join(dir, 'docker'), join(dir, 'log')];
  const script = `echo "$*" >> ${log}
case "$1" in
build | pull) touch ${dir}/has-image ;;
image) case "$3" in *[A-Z]*) echo "invalid reference format: repository name ($3) must be lowercase" >&2; exit 1 ;; esac
  [ -e ${dir}/has-image ] || [ "$3" = "$LOCAL_IMAGE" ] || { echo "No such image" >&2; exit 1; }; echo '[{"Config": {}}]' ;;
esac`;
  writeFileSync(program, `#!/bin/sh\n${script}\n`);
  chmodSync(program, 0o755);
  const cli = {
    name: 'docker',
    command: [program],
    variables: { PATH: process.env['PATH'], LOCAL_IMAGE: localImage },
  } as const;
  const context = {
    signal: new AbortController().signal,
    say: () => undefined,
    warn: (text: string) => warnings.push(text),
  };
  return {
    dir,
    warnings,
    prepare: (image: JobImage, pull: 'never' | 'missing' | 'always') =>
      prepareImage(cli, image, { pull, context }).then(({ name }) => name),
    commands: () => (existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : []),
  };
}

test('the image of a project is built, whatever --pull says (stand-in)', async (t) => {
  for (const pull of ['never', 'missing', 'always'] as const) {
    const { dir, prepare, commands } = standInEngine(t);
    const project = join(dir, 'my #1 %41');
    mkdirSync(project);
    writeFileSync(join(project, 'Dockerfile'), 'FROM scratch\n');
    const tag = projectTag(project);
    assert.equal(await prepare(parseImage(`file://${project}`), pull), tag);
    assert.deepEqual(commands(), [`build --tag ${tag} ${project}`, `image inspect ${tag}`]);
  }
});

test('an image that is missing is pulled, unless pulling is off (stand-in)', async (t) => {
  const image = { kind: 'image', name: 'some/image:1' } as const;
  const { prepare, commands } = standInEngine(t);
  await assert.rejects(prepare(image, 'never'), { code: 'IMAGE_UNAVAILABLE' });
  assert.equal(await prepare(image, 'missing'), 'some/image:1');
  const look = 'image inspect some/image:1';
  assert.deepEqual(commands(), [look, look, 'pull some/image:1', look]);
});

test('a name that no image can have is an error of the image, and nothing is pulled (stand-in)', async (t) => {
  const { prepare, commands } = standInEngine(t);
  const error = await prepare({ kind: 'image', name: 'Team/App' }, 'missing').catch((cause: unknown) => cause);
  assert.ok(isOptmlError(error));
  assert.equal(error.code, 'IMAGE_UNAVAILABLE');
  assert.equal(error.message, 'no image can have the name "Team/App"');
  assert.deepEqual(commands(), ['image inspect Team/App']);
});

const ECR = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/';

for (const name of ['team/app:1', 'app', 'app@sha256:ab']) {
  test(`an image of ECR that is here without its registry runs, with a warning: ${name} (stand-in)`, async (t) => {
    for (const pull of ['never', 'missing'] as const) {
      const { prepare, commands, warnings } = standInEngine(t, name);
      assert.equal(await prepare({ kind: 'image', name: ECR + name }, pull), name);
      assert.deepEqual(commands(), [`image inspect ${ECR}${name}`, `image inspect ${name}`]);
      assert.deepEqual(warnings, [
        `the image ${ECR}${name} is not on this machine: ${name} runs instead (--pull always gets the former)`,
      ]);
    }
  });
}

test('an image of ECR is pulled if it is not here, or if that is asked for (stand-in)', async (t) => {
  const image = { kind: 'image', name: `${ECR}app` } as const;
  const missing = standInEngine(t);
  assert.equal(await missing.prepare(image, 'missing'), `${ECR}app`);
  const asked = standInEngine(t, 'app');
  assert.equal(await asked.prepare(image, 'always'), `${ECR}app`);
  assert.deepEqual(asked.commands(), [`pull ${ECR}app`, `image inspect ${ECR}app`]);
  assert.deepEqual(asked.warnings, []);
});

test('an image of another registry is only known by its whole name (stand-in)', async (t) => {
  const { prepare } = standInEngine(t, 'app');
  await assert.rejects(prepare({ kind: 'image', name: 'ghcr.io/app' }, 'never'), { code: 'IMAGE_UNAVAILABLE' });
});

test('the text of an image is read back as it was written', () => {
  for (const text of ['image:1', 'file:///a b/#%41', '']) assert.equal(imageText(parseImage(text)), text);
});
