import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, suite, test } from 'node:test';
import { projectTag } from '../../src/engines/container/image.ts';
import { temporaryFolder } from '../support/job.ts';
import { buildTestImages, engineOk, IMAGES, openTestJob } from './support/container-job.ts';

before(buildTestImages);

suite('a project folder as image', () => {
  test('is built from its Dockerfile, with the output shown, and replaced when it changes', async (t) => {
    const dir = join(temporaryFolder(t), 'My Project');
    mkdirSync(dir);
    const write = (word: string) =>
      writeFileSync(join(dir, 'Dockerfile'), `FROM ${IMAGES.plain}\nENTRYPOINT ["train", "${word}"]\n`);
    write('one');
    t.after(() => engineOk(['image', 'rm', '-f', projectTag(dir)]));
    const first = await openTestJob(t, { image: `file://${dir}` });
    assert.equal((await first.run()).output, 'train got 2 words: one train\n');
    assert.match(
      first.output.join('\n'),
      /^building optml-run\/my-project-[0-9a-f]{8} from .*\n[\s\S]*optml-platform-test:plain/,
    );
    await first.session.close();
    write('two');
    const second = await openTestJob(t, { image: `file://${dir}` });
    assert.equal((await second.run()).output, 'train got 2 words: two train\n');
  });

  test('without a Dockerfile is a clear error', async (t) => {
    const dir = temporaryFolder(t);
    await assert.rejects(openTestJob(t, { image: `file://${dir}` }), {
      code: 'IMAGE_UNAVAILABLE',
      message: 'the project folder holds no Dockerfile to build an image from',
      where: join(dir, 'Dockerfile'),
    });
  });

  test('that does not build shows the last lines of the build', async (t) => {
    const dir = temporaryFolder(t);
    writeFileSync(join(dir, 'Dockerfile'), `FROM ${IMAGES.plain}\nRUN echo the reason >&2; exit 3\n`);
    await assert.rejects(openTestJob(t, { image: `file://${dir}` }), {
      code: 'IMAGE_UNAVAILABLE',
      message: /could not be built/,
      where: /exit 3/,
    });
  });
});

test('a stop while the image is prepared ends it', async (t) => {
  const dir = temporaryFolder(t);
  writeFileSync(join(dir, 'Dockerfile'), `FROM ${IMAGES.plain}\nRUN sleep 100\n`);
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 1000);
  await assert.rejects(openTestJob(t, { image: `file://${dir}`, signal: controller.signal }), { code: 'STOPPED' });
});

test('an image whose user is not root is warned of: the platform’s folders are root’s (contract C9)', async (t) => {
  const dir = temporaryFolder(t);
  writeFileSync(join(dir, 'Dockerfile'), `FROM ${IMAGES.plain}\nUSER 1234\n`);
  t.after(() => engineOk(['image', 'rm', '-f', projectTag(dir)]));
  const job = await openTestJob(t, { image: `file://${dir}` });
  assert.deepEqual(job.warnings, [
    `the image ${projectTag(dir)} runs as the user 1234, who may not write to /opt/ml/model and /opt/ml/output on the ` +
      'platform: they belong to root there',
  ]);
});
