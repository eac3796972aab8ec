// Unmodified programs of both SageMaker Python SDKs, those of docs/frameworks.md, train in the images of the frameworks. As built:
// `npm run build` first.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EngineName } from '../../src/engines/engine-names.ts';
import { ENGINE } from '../container/support/engine.ts';
import { packagesImage } from '../container/support/images.ts';
import { checkTrained, examplePlace, onOneHost, programOf } from '../frameworks/sdk/example-jobs.ts';

const JOBS = [
  { title: 'SKLearn', sdk: 'sdk-v2', target: 'sklearn', program: programOf('python', 'SKLearn('), ranks: 1 },
  {
    title: 'PyTorch on two hosts',
    sdk: 'sdk-v2',
    target: 'pytorch',
    program: programOf('python', '= PyTorch('),
    ranks: 2,
  },
  {
    title: 'ModelTrainer',
    sdk: 'sdk-v3',
    target: 'pytorch',
    program: onOneHost(programOf('python', 'Torchrun(')),
    ranks: 1,
  },
] as const;

for (const { title, sdk, target, program, ranks } of JOBS) {
  test(`a job of the Python SDK trains in the image ${target}: ${title}`, async (t) => {
    // Their own names belong to the user of this machine.
    const images = [{ pattern: '*', name: packagesImage(target) }];
    const place = examplePlace(t, { jobs: { engine: ENGINE as EngineName, images } });
    const end = await place?.python(sdk, program);
    if (!place) return;
    const model = target === 'sklearn' ? 'model.joblib' : 'model.pt';
    const job = await checkTrained(place, end, { firstLines: [], model });
    if (ranks > 1) assert.match(job?.log ?? '', new RegExp(`, ${ranks} processes: accuracy=`));
  });
}
