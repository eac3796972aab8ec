// Programs of containers in classic layouts, without an engine. As built: `npm run build` first.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { CLASSIC_LAYOUTS, writeClassicJob } from '../support/classic-layouts.ts';
import { pythonFolder } from '../support/python.ts';
import { makeWorkplace } from '../support/run-job-command.ts';

const variables = { PATH: `${pythonFolder()}:${process.env['PATH']}` };

suite('the program of a container in a classic layout trains without its image', { concurrency: 2 }, () => {
  for (const layout of CLASSIC_LAYOUTS.filter(({ onProcess }) => onProcess !== undefined)) {
    test(layout.name, async (t) => {
      const workplace = makeWorkplace(t);
      writeClassicJob(workplace.dir, layout, { isOnProcess: true });
      const { code, stderr } = await workplace.run([], variables);
      assert.equal(code, 0, stderr);
      const [file, content] = layout.model;
      assert.equal(workplace.read(`out/${layout.name}/output/model/${file}`), content);
    });
  }
});
