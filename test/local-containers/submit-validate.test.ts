// `optml submit --validate`: the image with the job, before anything is sent.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { optml, startSubmitPlace, writeJob } from '../estimator/support/submit-place.ts';
import { buildTestImages, ENGINE, IMAGES } from './support/container-job.ts';

before(buildTestImages);

test('an image that the job does not run in is not submitted', { skip: ENGINE !== 'docker' }, async (t) => {
  const place = await startSubmitPlace(t);
  writeJob(place.dir, {
    AlgorithmSpecification: {
      TrainingImage: IMAGES.plain,
      TrainingInputMode: 'File',
      ContainerEntrypoint: ['/bin/sh', '-c', 'exit 3'],
    },
  });
  const { DOCKER_HOST } = process.env;
  const variables = { ...place.variables, ...(DOCKER_HOST !== undefined && { DOCKER_HOST }) };
  const { code, stderr } = await optml({ ...place, variables }, ['submit', 'job.json', '--validate']);
  assert.equal(code, 2, stderr);
  assert.match(stderr, /^Not submitted: (?:nothing was validated|the image breaks the contract of SageMaker)\.$/m);
  assert.match(stderr, /NOT VALIDATED|[1-9]\d* failed/);
  assert.match((await optml(place, ['describe', 'first', '--cloud'])).stderr, /JOB_NOT_FOUND/);
});
