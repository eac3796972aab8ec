import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isImageSound } from '../../../../src/cli/cloud/validate-image.ts';
import type { RunView } from '../../../../src/cli/view/run-view.ts';
import type { JobEvent } from '../../../../src/jobs/events.ts';
import { temporaryFolder } from '../../../support/job.ts';
import { jobRequest } from '../../../support/records.ts';

test('the validation of an image is shown from its beginning, before an engine answers', async (t) => {
  const dir = temporaryFolder(t);
  const shown: JobEvent[] = [];
  const view = { show: (event: JobEvent) => void shown.push(event), note: () => undefined } as unknown as RunView;
  const request = jobRequest('job', {
    AlgorithmSpecification: { TrainingImage: 'image:1', TrainingInputMode: 'File' },
    StoppingCondition: { MaxRuntimeInSeconds: 60 },
  });
  const variables = { PATH: dir, OPTML_HOME: dir };
  const { signal } = new AbortController();
  await assert.rejects(isImageSound(request, { variables, baseDir: dir, view, signal }), { code: 'ENGINE_FAILED' });
  assert.deepEqual(shown, [{ type: 'progress', what: 'validating image:1', doneBytes: 0, totalBytes: undefined }]);
});
