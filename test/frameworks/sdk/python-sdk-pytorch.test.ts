// Unmodified programs with PyTorch of the SageMaker Python SDK 2 train at the endpoint on the Python of this machine. The programs are those
// of docs/frameworks.md. As built: `npm run build` first.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkTrained, examplePlace, onOneHost, programOf } from './example-jobs.ts';
import { torchLines } from './expected-logs.ts';

const TORCH = programOf('python', '= PyTorch(');
const ALONE = onOneHost(TORCH).replace('"ml.g5.xlarge"', '"ml.m5.large"');

test('PyTorch of the SDK trains on two hosts that torchrun connects', async (t) => {
  const place = examplePlace(t, { packages: 'torch' });
  const end = await place?.python('sdk-v2', TORCH);
  if (!place) return;
  const job = await checkTrained(place, end, { firstLines: torchLines('gpu'), model: 'model.pt' });
  assert.match(
    job?.log ?? '',
    /^torchrun --nnodes 2 --nproc_per_node 1 --master_addr algo-1 .* train\.py --epochs 20$/m,
  );
  assert.match(job?.log ?? '', /, 2 processes: accuracy=/);
});

test('PyTorch of the SDK trains on one host without distribution', async (t) => {
  const place = examplePlace(t, { packages: 'torch' });
  const end = await place?.python('sdk-v2', ALONE);
  if (!place) return;
  const job = await checkTrained(place, end, { firstLines: torchLines('cpu'), model: 'model.pt' });
  assert.match(job?.log ?? '', /\/python3 train\.py --epochs 20$/m);
});
