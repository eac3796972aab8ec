import assert from 'node:assert/strict';
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { cleanKilledJob } from '../../../src/engines/clean-killed-job.ts';
import { parseImage } from '../../../src/engines/job-image.ts';
import { temporaryFolder } from '../../support/job.ts';

test('a record that names a program as its engine runs nothing', async (t) => {
  const dir = temporaryFolder(t);
  const ran = join(dir, 'ran');
  writeFileSync(join(dir, 'program'), `#!/bin/sh\necho >>${ran}\n`);
  chmodSync(join(dir, 'program'), 0o755);
  const job = { image: parseImage('image'), hostsDir: join(dir, 'hosts'), home: dir };
  const setting = { variables: { PATH: `${dir}:${process.env['PATH']}` }, isRunning: () => false };
  await assert.rejects(cleanKilledJob('program', job, setting), {
    code: 'ENGINE_FAILED',
    message: 'the record names the engine "program", which this version does not have',
  });
  assert.equal(existsSync(ran), false);
});
