import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { prepareImage, projectTag } from '../../../../src/engines/container/image.ts';
import { imageText, type JobImage, parseImage } from '../../../../src/engines/job-image.ts';
import { temporaryFolder } from '../../../support/job.ts';

/** An engine that knows only what it has built or pulled: a shell script that writes down its commands. */
function standInEngine(t: TestContext) {
  const dir = temporaryFolder(t);
  const [program, log] = [join(dir, 'docker'), join(dir, 'log')];
  const script = `echo "$*" >> ${log}
case "$1" in
build | pull) touch ${dir}/has-image ;;
image) [ -e ${dir}/has-image ] || { echo "No such image" >&2; exit 1; }; echo '[{"Config": {}}]' ;;
esac`;
  writeFileSync(program, `#!/bin/sh\n${script}\n`);
  chmodSync(program, 0o755);
  const cli = { name: 'docker', command: [program], variables: { PATH: process.env['PATH'] } } as const;
  const context = { signal: new AbortController().signal, say: () => undefined, warn: () => undefined };
  return {
    dir,
    prepare: (image: JobImage, pull: 'never' | 'missing' | 'always') => prepareImage(cli, image, { pull, context }),
    commands: () => (existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : []),
  };
}

test('the image of a project is built, whatever is to be pulled (stand-in)', async (t) => {
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

test('the text of an image is read back as it was written', () => {
  for (const text of ['image:1', 'file:///a b/#%41', '']) assert.equal(imageText(parseImage(text)), text);
});
