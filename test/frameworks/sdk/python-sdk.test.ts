// Unmodified programs of the SageMaker Python SDK 2 train at the endpoint on the Python of this machine. The programs are those
// of docs/frameworks.md. As built: `npm run build` first.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkTrained, examplePlace, programOf } from './example-jobs.ts';
import { SKLEARN_LINES } from './expected-logs.ts';

test('SKLearn of the SDK trains', async (t) => {
  const place = examplePlace(t, { packages: 'boosting' });
  const end = await place?.python('sdk-v2', programOf('python', 'SKLearn('));
  if (place) await checkTrained(place, end, { firstLines: SKLEARN_LINES, model: 'model.joblib' });
});

test('a package that is missing is named before the training starts, with the command that installs it', async (t) => {
  const place = examplePlace(t, { packages: 'torch' });
  const end = await place?.python('sdk-v2', programOf('python', 'SKLearn('));
  if (!place || !end) return;
  assert.notEqual(end.code, 0);
  const { status, log, failureReason } = place.job();
  assert.equal(status, 'Failed');
  const [before = '', after] = log.split('Invoking user script');
  assert.match(
    before,
    /Python 3\.\S+ \(\/\S+\/python3?\) has no module sklearn\. .*run "\/\S+\/python3? -m pip install scikit-learn==1\.9\.1"/,
  );
  assert.doesNotMatch(before, /scikit-learn differs/);
  assert.ok(after !== undefined, log);
  assert.match(failureReason, /ModuleNotFoundError: No module named '(?:joblib|sklearn)'/);
});
