// The program around one rank of an MPI job, with its host's report server and without `mpirun`: `npm run build` first.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  openRankReportServer,
  type RankReportServer,
  REPORT_VARIABLE,
} from '../../src/launchers/mpi/rank-report-server.ts';
import { temporaryFolder } from '../support/job.ts';
import { describeLaunch } from '../support/launch.ts';
import { waitFor } from '../support/processes.ts';
import { OPTML } from '../support/run-job-command.ts';

async function openReports(t: TestContext) {
  const ended: number[] = [];
  const description = await describeLaunch(t, { hyperparameters: { sagemaker_mpi_enabled: 'true' } });
  mkdirSync(description.cwd, { recursive: true });
  const reports = await openRankReportServer(description, {
    onRank: () => undefined,
    onFailed: (_, end) => ended.push(end.exitCode),
    onIdle: () => undefined,
  });
  t.after(async () => {
    await reports.endAll(0);
    reports.close();
  });
  return { reports, ended };
}

/** Starts the rank as `mpirun` would. Resolves with its exit code. */
function startRank(
  reports: Pick<RankReportServer, 'variables'>,
  script: string,
): { readonly exitCode: Promise<number | null> } {
  const env = { PATH: process.env['PATH'], OMPI_COMM_WORLD_RANK: '1', ...reports.variables };
  const child = spawn(process.execPath, [OPTML, 'mpi-rank', '/bin/sh', '--', script], { env, stdio: 'ignore' });
  return { exitCode: new Promise((resolve) => child.once('exit', resolve)) };
}

function writeScript(t: TestContext): { readonly script: string; readonly trace: string } {
  const dir = temporaryFolder(t);
  const [script, trace] = [join(dir, 'rank.sh'), join(dir, 'trace')];
  writeFileSync(script, `echo started > ${trace}\nexit 3\n`);
  return { script, trace };
}

test('a rank runs its program, and returns its exit code immediately while no one stops the job', async (t) => {
  const { reports, ended } = await openReports(t);
  const { script, trace } = writeScript(t);
  assert.equal(await startRank(reports, script).exitCode, 3);
  assert.deepEqual(ended, [3]);
  assert.ok(existsSync(trace));
});

test('a rank that comes after the stop starts no program, and its exit code is withheld like those of the others (C57)', async (t) => {
  const { reports, ended } = await openReports(t);
  const { script, trace } = writeScript(t);
  reports.hold();
  reports.signal('SIGTERM');
  let hasExited = false;
  const rank = startRank(reports, script);
  void rank.exitCode.then(() => {
    hasExited = true;
  });
  await waitFor('the rank to end', () => ended.length === 1);
  assert.deepEqual(ended, [143]);
  assert.equal(hasExited, false);
  reports.release();
  assert.equal(await rank.exitCode, 143);
  assert.equal(existsSync(trace), false);
});

test('a rank whose host loses train before it sends the environment fails, and starts no program', async (t) => {
  const { script, trace } = writeScript(t);
  const path = join(temporaryFolder(t), 'reports');
  // Takes the greeting and ends, as a killed `train` does.
  const server = createServer((socket) => socket.on('error', () => undefined).once('data', () => socket.destroy()));
  await new Promise<void>((resolve) => server.listen(path, resolve));
  t.after(() => server.close());
  assert.equal(await startRank({ variables: { [REPORT_VARIABLE]: path } }, script).exitCode, 1);
  assert.equal(existsSync(trace), false);
});
