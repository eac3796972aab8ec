// `train` with Open MPI on one host: `npm run build` first.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { makeJob, startTrain } from '../support/job.ts';
import { withoutMpirun } from '../support/mpi-skip.ts';
import { isAlive, processesNaming, shellJob, waitFor } from '../support/processes.ts';

const HOST = '127.0.0.1';
const skip = withoutMpirun();

/** Starts `train` with a program of two ranks; `$RANK` is the number of each. */
function startMpi(t: TestContext, script: string) {
  const job = shellJob(`RANK=$OMPI_COMM_WORLD_RANK\n${script}`, {
    hyperparameters: { sagemaker_mpi_enabled: 'true', sagemaker_mpi_num_of_processes_per_host: '2' },
    resourceConfig: { current_host: HOST, hosts: [HOST] },
  });
  return startTrain(t, makeJob(t, job));
}

test('mpirun starts the ranks, and the job succeeds with them', { skip }, async (t) => {
  const job = startMpi(t, 'echo "rank $RANK"; echo "$RANK" > "$SM_MODEL_DIR/rank-$RANK"');
  const end = await job.ended;
  assert.equal(end.code, 0, end.stderr);
  assert.ok(existsSync(join(job.base, 'model', 'rank-0')) && existsSync(join(job.base, 'model', 'rank-1')));
  assert.match(end.stdout, /^\[1,mpirank:0,127\.0\.0\.1\]<stdout>:rank 0$/m);
  assert.match(end.stdout, /^\[1,mpirank:1,127\.0\.0\.1\]<stdout>:rank 1$/m);
});

test('a rank that fails ends the others, and is the failure of the job', { skip }, async (t) => {
  const job = startMpi(t, 'if [ "$RANK" = 1 ]; then echo "no luck" >&2; exit 7; fi\nexec sleep 600');
  const end = await job.ended;
  assert.equal(end.code, 7);
  assert.match(end.failure ?? '', /^ExecuteUserScriptError:\nExitCode 7\nErrorMessage "rank 1 on 127\.0\.0\.1 failed/);
  assert.match(end.failure ?? '', /no luck/);
});

test('a stop reaches every rank, which keeps its time to save', { skip }, async (t) => {
  const script = `trap 'sleep 1; echo saved > "$SM_MODEL_DIR/rank-$RANK"; exit 3' TERM
: > "$SM_MODEL_DIR/ready-$RANK"
while :; do sleep 0.1; done`;
  const job = startMpi(t, script);
  const file = (name: string) => existsSync(join(job.base, 'model', name));
  await waitFor('both ranks', () => file('ready-0') && file('ready-1'));
  job.child.kill('SIGTERM');
  const end = await job.ended;
  assert.ok(file('rank-0') && file('rank-1'), end.stderr);
  assert.equal(end.code, 3);
  assert.match(end.failure ?? '', /stopped by SIGTERM/);
  assert.deepEqual(processesNaming(job.base).filter(isAlive), []);
});
