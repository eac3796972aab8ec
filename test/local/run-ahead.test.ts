// `train` that `optml run` starts before it has read the request. As built: `npm run build` first.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isReadAtStart } from '../../src/engines/process/train-ahead.ts';
import { processesNaming, waitFor } from '../support/processes.ts';
import { byTrain, makeWorkplace, requestOf, type Workplace } from '../support/run-job-command.ts';

// Nothing but what the script writes.
const QUIET = ['--env', 'SAGEMAKER_CONTAINER_LOG_LEVEL=40'];

/** Lines of a job that was run, without what tells one job from another. */
async function linesOf(
  workplace: Workplace,
  name: string,
  command: readonly string[] = [],
): Promise<readonly string[]> {
  const { code, stdout, stderr } = await workplace.run(['--name', name, ...QUIET, ...command]);
  assert.equal(code, 0, stderr);
  return stdout.split('\n').map((line) => line.replaceAll(name, 'JOB').replace(/(OPTML_PROCESS_MARK=).*/, '$1'));
}

/** Whether the first process of the host, as the script shows it, was started ahead. */
const wasAhead = (lines: readonly string[]) => {
  const shown = lines.filter((line) => line.includes('waiting-train'));
  assert.equal(shown.length, 1, lines.join('\n'));
  return shown.some((line) => line.includes('/jobs/.own-'));
};
const SHOW_FIRST = `tr '\\0' ' ' < /proc/1/cmdline; echo`;

test('a script has the same environment, folder and open files whether train was started ahead or not', async (t) => {
  const workplace = makeWorkplace(t, `${SHOW_FIRST}; env | sort; pwd; ls /proc/self/fd; umask; ulimit -n`, byTrain());
  const command = ['--env', 'KEY=a value\nof two lines', '--env', 'EMPTY=', '--hp', 'ä=ö'];
  // The first job of all makes the folder of jobs: nothing is started before that.
  const first = await linesOf(workplace, 'job-alpha', command);
  const second = await linesOf(workplace, 'job-beta', command);
  assert.deepEqual([first, second].map(wasAhead), [false, true]);
  const rest = (lines: readonly string[]) => lines.filter((line) => !line.includes('waiting-train'));
  assert.ok(
    rest(second).some((line) => line.endsWith('KEY=a value')),
    second.join('\n'),
  );
  assert.deepEqual(rest(second), rest(first));
});

test('code that Node loads at its start runs when the host has its /opt/ml: train is started then', async (t) => {
  const workplace = makeWorkplace(t, `${SHOW_FIRST}; cat $ml/required`, byTrain());
  mkdirSync(join(workplace.home, 'jobs'), { recursive: true });
  const required = workplace.write(
    'required.cjs',
    `if (process.pid === 1) require('node:fs').writeFileSync(process.env.SAGEMAKER_BASE_DIR + '/required', 'required\\n');`,
  );
  const lines = await linesOf(workplace, 'job-alpha', ['--env', `NODE_OPTIONS=--require=${required}`]);
  assert.ok(!lines.some((line) => line.includes('waiting-train')), lines.join('\n'));
  assert.ok(
    lines.some((line) => line.endsWith('required')),
    lines.join('\n'),
  );
});

test('the name of the host that was started ahead resolves, on several hosts none is started ahead', async (t) => {
  const workplace = makeWorkplace(t, `${SHOW_FIRST}; getent hosts algo-1 algo-2 || true`, byTrain());
  mkdirSync(join(workplace.home, 'jobs'), { recursive: true });
  const lines = await linesOf(workplace, 'job-alpha');
  assert.equal(lines.filter((line) => / algo-1 ip-10-0-0-1\./.test(line)).length, 1, lines.join('\n'));
  assert.ok(wasAhead(lines));
  const several = await linesOf(workplace, 'job-beta', ['--instances', '2']);
  for (const host of ['algo-1', 'algo-2']) {
    const own = several.filter((line) => line.startsWith(host));
    assert.equal(own.filter((line) => /10\.\d+\.0\.[12] +algo-[12] /.test(line)).length, 2, own.join('\n'));
    assert.ok(!wasAhead(own));
  }
});

test('a job with a program of its own, an isolated one and one that cannot be run leave nothing of it', async (t) => {
  const workplace = makeWorkplace(t, 'echo ran');
  mkdirSync(join(workplace.home, 'jobs'), { recursive: true });
  for (const request of [requestOf(), requestOf({ ...byTrain(), EnableNetworkIsolation: true })]) {
    workplace.writeJob({ ...request, TrainingJobName: 'job' });
    const { code, stdout, stderr } = await workplace.run();
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^ran$/m);
  }
  workplace.writeJob(requestOf({ ...byTrain(), TrainingJobName: 'no name' }));
  assert.equal((await workplace.run()).code, 2);
  await waitFor('no process is left', () => processesNaming(workplace.home).length === 0, 5000);
  assert.deepEqual(readdirSync(join(workplace.home, 'jobs')).sort(), ['job', 'job-2']);
});

test('a variable for what Node runs is none that Node reads at its start', () => {
  const names = ['NODE_OPTIONS', 'NODE_EXTRA_CA_CERTS', 'LD_PRELOAD', 'TZ', 'LC_ALL'];
  assert.deepEqual([...names, 'NODE_ENV', 'PATH', 'NODE', 'MY_NODE_OPTIONS'].filter(isReadAtStart), names);
});
