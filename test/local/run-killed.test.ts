// A kill of `optml run` at any moment. As built: `npm run build` first.
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { list } from 'tar';
import { processesNaming, processesWith, waitFor } from '../support/processes.ts';
import { byTrain, hosts, makeWorkplace } from '../support/run-job-command.ts';
import { trials } from '../support/trials.ts';

const PROGRAMS = [
  { what: 'a program of the job', kills: trials({ gate: 6, long: 50 }), members: {} },
  { what: 'train', kills: trials({ gate: 4, long: 50 }), members: byTrain() },
];

for (const { what, kills, members } of PROGRAMS) {
  test(`after each of ${kills} kills of a run of ${what} nothing runs, the record says what happened, artifacts are whole or absent, and the next start cleans up`, async (t) => {
    const script = `
  sleep 600 & (setsid sleep 600 &)
  head -c 10000000 /dev/urandom > $ml/model/m; echo c > $ml/checkpoints/c; sleep 0.2; exit 0`;
    const workplace = makeWorkplace(t, script, {
      ...members,
      ...hosts(2),
      CheckpointConfig: { S3Uri: './kept' },
    });
    // At any moment of a job's life, however long that takes on this machine.
    const start = performance.now();
    assert.equal((await workplace.run(['--name', 'whole'])).code, 0);
    const longestMs = Math.ceil(performance.now() - start);
    let killed = 0;
    for (let round = 1; round <= kills; round++) {
      // Who belongs to this job, wherever it has moved.
      const mark = `round-${process.pid}-${round}`;
      const name = `job-${round}`;
      const run = workplace.start(['--name', name, '--env', `ROUND=${mark}`]);
      // Every second kill meets a job that has its record: the other moments may all lie outside its life.
      const isRecorded = round % 2 === 0;
      if (isRecorded) await waitFor('the job has its record', () => existsSync(workplace.jobDir(name)), 60_000);
      const ms = isRecorded ? randomInt(100) : randomInt(longestMs);
      await sleep(ms);
      const isKilled = run.child.kill('SIGKILL');
      await run.ended;
      const when = `killed after ${ms} ms${isRecorded ? ' of its record' : ''}`;
      await waitFor(`no process is left, ${when}`, () => processesWith('ROUND', mark).length === 0, 20_000);
      await waitFor(
        `no runner is left, ${when}`,
        () => processesWith('OPTML_HOME', workplace.home).length === 0,
        20_000,
      );
      await waitFor(`no host is left, ${when}`, () => processesNaming(workplace.home).length === 0, 20_000);
      const output = join(workplace.dir, 'out', name, 'output');
      if (existsSync(join(output, 'model.tar.gz'))) await list({ file: join(output, 'model.tar.gz'), strict: true });
      if (!existsSync(workplace.jobDir(name))) continue;
      const described = JSON.parse((await workplace.optml(['describe', name, '--json'])).stdout);
      if (described.TrainingJobStatus === 'Completed') continue;
      killed += isKilled ? 1 : 0;
      assert.equal(described.TrainingJobStatus, 'Failed', when);
      assert.equal(described.FailureReason, 'InternalServerError: optml was killed while the job ran', when);
    }
    assert.ok(killed >= kills / 4, `${killed} of ${kills} kills met a job that ran`);
    workplace.write('project/train.sh', 'true');
    const { code, stderr } = await workplace.run(['--name', 'last']);
    assert.equal(code, 0, stderr);
    for (const name of readdirSync(join(workplace.home, 'jobs'))) {
      // The artifacts of a job that was killed after its hosts had ended stay.
      const { undelivered } = workplace.record(name);
      assert.deepEqual(workplace.leftIn(name), undelivered === undefined ? [] : ['undelivered'], name);
      assert.deepEqual(workplace.record(name).leftovers, [], name);
    }
    const outputs = join(workplace.dir, 'out');
    for (const name of existsSync(outputs) ? readdirSync(outputs) : []) {
      const left = readdirSync(join(outputs, name, 'output'));
      assert.deepEqual(
        left.filter((file) => file !== 'model.tar.gz'),
        [],
        name,
      );
    }
  });
}
