// Containers in classic layouts: `optml run` trains them unchanged, `optml validate` has no finding but their own faults. The
// gate runs two of them, and asks about their start only.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { runTrainingJob } from '../../src/local/run-training-job.ts';
import { validateImage } from '../../src/validate/lazy-validate-image.ts';
import { IMAGES } from '../container/support/images.ts';
import { CLASSIC_LAYOUTS, writeClassicJob } from '../support/classic-layouts.ts';
import { temporaryFolder } from '../support/job.ts';
import { ENGINE, removeProjectImages } from './support/engine.ts';

const IS_LONG = process.env['OPTML_TEST_LONG'] === '1';
// Their base is that of other tests.
const IN_GATE = ['program-on-path', 'request-entrypoint'];
const ONLY = ['train-starts', 'success-run', 'train-on-path', 'entrypoint-program', 'program-format', 'model-left'];

const layouts = CLASSIC_LAYOUTS.filter(({ name }) => IS_LONG || IN_GATE.includes(name));
const folders: string[] = [];
after(() => removeProjectImages(folders));

suite('a container in a classic layout trains, and is judged by its own faults', () => {
  for (const layout of layouts) {
    test(layout.name, async (t) => {
      const dir = temporaryFolder(t);
      folders.push(join(dir, 'container'));
      writeClassicJob(dir, layout, { toolkit: IMAGES.cpu });
      const job = join(dir, 'job.json');
      const variables = { ...process.env, OPTML_HOME: join(dir, 'home') };
      const { record } = await runTrainingJob(JSON.parse(readFileSync(job, 'utf8')), {
        engine: ENGINE,
        baseDir: dir,
        variables,
      });
      assert.equal(record.TrainingJobStatus, 'Completed', record.FailureReason);
      const [file, content] = layout.model;
      assert.equal(readFileSync(join(dir, 'out', layout.name, 'output', 'model', file), 'utf8'), content);

      const report = await validateImage({
        project: join(dir, 'container'),
        job,
        engine: ENGINE,
        variables,
        ...(layout.long !== undefined && { longHyperparameters: layout.long }),
        ...(!IS_LONG && { only: ONLY }),
      });
      const asked = report.checks.filter(({ cause }) => cause !== 'left out').map(({ id }) => id);
      const idsWith = (status: string) => report.checks.filter((check) => check.status === status).map(({ id }) => id);
      const expected = (ids: readonly string[] = []) => ids.filter((id) => asked.includes(id)).sort();
      const verdicts = report.checks.map(({ id, verdict }) => `${id}: ${verdict}`).join('\n');
      assert.deepEqual(idsWith('fail').sort(), expected(layout.findings), verdicts);
      assert.deepEqual(idsWith('unknown').sort(), expected(layout.unknown), verdicts);
      assert.ok(idsWith('pass').length >= 4, verdicts);
    });
  }
});
