import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { buildTestImages, ENGINE, engineOk, openTestJob } from './support/container-job.ts';

before(buildTestImages);

// Nothing listens there: a registry that does not answer, without any network.
const DEAD_REGISTRY = '127.0.0.1:9/app:1';

suite('an image that is not here', () => {
  test('is an error where none may be pulled', async (t) => {
    await assert.rejects(openTestJob(t, { image: DEAD_REGISTRY }), {
      code: 'IMAGE_UNAVAILABLE',
      message: `the image ${DEAD_REGISTRY} is not on this machine, and none may be pulled`,
      fix: `Use --pull missing, or run: ${ENGINE} pull ${DEAD_REGISTRY}`,
    });
  });

  for (const pull of ['missing', 'always'] as const) {
    test(`is pulled (--pull ${pull}), and the error says what the registry said`, async (t) => {
      await assert.rejects(openTestJob(t, { image: DEAD_REGISTRY, options: { pull } }), {
        code: 'IMAGE_UNAVAILABLE',
        message: `the image ${DEAD_REGISTRY} could not be pulled`,
        where: /127\.0\.0\.1:9/,
      });
    });
  }

  test('leaves no network behind', async (t) => {
    const name = `no-image-${process.pid}`;
    await assert.rejects(openTestJob(t, { name, image: DEAD_REGISTRY }));
    assert.equal(engineOk(['network', 'ls', '--quiet', '--filter', `label=optml.job=${name}`]), '');
  });
});

test('an image that is here is not pulled when only missing ones are', async (t) => {
  const job = await openTestJob(t, { options: { pull: 'missing' } });
  assert.deepEqual(job.output, []);
  assert.equal((await job.run()).output, 'train got 0 words: \n');
});

test('an image for another architecture is warned of first', async (t) => {
  const image = 'optml-platform-test:other';
  const other = process.arch === 'arm64' ? 'amd64' : 'arm64';
  engineOk(['build', '--platform', `linux/${other}`, '-t', image, '-'], 'FROM scratch\nENV A=b\n');
  after(() => engineOk(['image', 'rm', '-f', image]));
  const job = await openTestJob(t, { image });
  assert.match(job.warnings.join('\n'), new RegExp(`^the image ${image} is for ${other}, this machine is `));
});
