// An unmodified program of the SageMaker Python SDK 3, that of docs/frameworks.md, trains at the endpoint on the Python of this
// machine. As built: `npm run build` first.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { whyNoNamespaces } from '../../support/why-no-namespaces.ts';
import { checkTrained, examplePlace, onOneHost, programOf } from './example-jobs.ts';
import { SKLEARN_LINES, torchLines } from './expected-logs.ts';

const skip = whyNoNamespaces();
const TORCHRUN = programOf('python', 'Torchrun(');

test('ModelTrainer trains with PyTorch on two hosts that torchrun connects', { skip }, async (t) => {
  const place = examplePlace(t, { packages: 'torch' });
  const end = await place?.python('sdk-v3', TORCHRUN);
  if (!place) return;
  const job = await checkTrained(place, end, { firstLines: torchLines('cpu'), model: 'model.pt' });
  assert.match(job?.log ?? '', /, 2 processes: accuracy=/);
});

test('ModelTrainer trains with scikit-learn on one host', { skip }, async (t) => {
  const program = onOneHost(TORCHRUN)
    .replace(
      /training_image=image_uris[\s\S]*?\n {4}\)/,
      `training_image=image_uris.retrieve("sklearn", "us-east-1", version="1.4-2")`,
    )
    .replace('source_dir="pytorch"', 'source_dir="sklearn"')
    .replace('{"epochs": 20}', '{"gamma": 0.001}');
  const place = examplePlace(t, { packages: 'boosting' });
  const end = await place?.python('sdk-v3', program);
  if (place) await checkTrained(place, end, { firstLines: SKLEARN_LINES, model: 'model.joblib' });
});
