// The presets of optml/estimator train on this machine and at the endpoint. The programs are those of docs/frameworks.md. As
// built: `npm run build` first.
import { test } from 'node:test';
import { checkTrained, examplePlace, programOf } from './example-jobs.ts';
import { SKLEARN_LINES, torchLines } from './expected-logs.ts';

const ROLE = 'arn:aws:iam::123456789012:role/Trainer';
const OWN_IMAGE = '123456789012.dkr.ecr.us-east-1.amazonaws.com/optml:tfjs';

const JOBS = [
  { preset: 'ScikitLearn', packages: 'boosting', firstLines: SKLEARN_LINES, model: 'model.joblib', words: [] },
  { preset: 'PyTorch', packages: 'torch', firstLines: torchLines('cpu'), model: 'model.pt', words: [] },
  { preset: 'TensorFlowJs', packages: 'boosting', firstLines: [], model: 'model.json', words: [OWN_IMAGE] },
] as const;

for (const { preset, packages, words, ...expected } of JOBS) {
  for (const where of ['local', 'endpoint'] as const) {
    test(`${preset} trains: ${where}`, async (t) => {
      const place = examplePlace(t, { packages });
      if (place === undefined) return;
      const more = where === 'local' ? [] : ['ml.m5.large', ROLE, ...words];
      const end = await place.typescript(programOf('ts frameworks', `new ${preset}(`), where, ...more);
      await checkTrained(place, end, expected);
    });
  }
}
