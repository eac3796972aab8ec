// Failing ranks of real launchers, on the engine `process`: the failure reason begins with the script's own error, its rank
// and its host. Part of the long run. `npm run build` first.
import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type PythonPackages, pythonPackages } from '../support/frameworks/python-packages.ts';
import { ROOT } from '../support/job.ts';
import { byTrain, hosts, makeWorkplace } from '../support/run-job-command.ts';

const skip = process.env['OPTML_TEST_LONG'] !== '1' && 'part of the long run';

interface Failure {
  /** A file in test/fixtures/rank-programs. */
  readonly program: string;
  /** How ranks fail: see fail.py there. */
  readonly how: string;
  /** What follows `ErrorMessage "` in the failure reason. */
  readonly start: string | RegExp;
  readonly variables?: Readonly<Record<string, string>>;
  readonly hosts?: number;
  readonly packages?: PythonPackages;
  readonly hyperparameters?: Readonly<Record<string, string>>;
}

async function reasonOf(t: TestContext, failure: Failure): Promise<string | undefined> {
  const bin = pythonPackages(t, failure.packages ?? 'torch-launchers');
  if (bin === undefined) return undefined;
  const job = byTrain(failure.program);
  const workplace = makeWorkplace(t, 'true', {
    ...job,
    ...hosts(failure.hosts ?? 1),
    HyperParameters: { ...(job['HyperParameters'] as object), ...failure.hyperparameters },
    Environment: { FAIL: failure.how, ...failure.variables },
    StoppingCondition: { MaxRuntimeInSeconds: 300 },
  });
  cpSync(join(ROOT, 'test', 'fixtures', 'rank-programs'), join(workplace.dir, 'project'), { recursive: true });
  const { code, stderr } = await workplace.run([], { PATH: `${bin}:${process.env['PATH']}` });
  assert.equal(code, 1, stderr);
  return workplace.record().FailureReason ?? '';
}

const TORCHRUN = { sagemaker_torch_distributed_enabled: 'true', sagemaker_mpi_num_of_processes_per_host: '2' };

/** Headlines that all launchers of one host share. */
const COMMON: Readonly<Record<string, string>> = {
  raise: 'rank 1: ValueError: bad batch: shape mismatch [3,4] (fail.py, line 17, in fail)',
  cause: 'rank 1: RuntimeError: no column (fail.py, line 22, in fail)',
  group: 'rank 1: ExceptionGroup: two shards (2 sub-exceptions) (fail.py, line 24, in fail)',
  lines: 'rank 1: fail.DataError: the data is wrong:\n- column age\n- column size (fail.py, line 26, in fail)',
  import: "rank 1: ModuleNotFoundError: No module named 'not_there' (fail.py, line 30, in fail)",
  exit: 'rank 1: exit code 3',
  text: 'rank 1: no data in the channel',
  kill: 'rank 1: killed by SIGKILL',
  segfault: 'rank 1: killed by SIGSEGV',
};

const ofEach = (program: string, ways: readonly string[], rest: Partial<Failure> = {}): readonly Failure[] =>
  ways.map((how) => ({ program, how, start: COMMON[how] ?? '', ...rest }));

const torchrun = (how: string, start: Failure['start'], rest: Partial<Failure> = {}): Failure => ({
  ...{ program: 'gloo.py', how, start, hyperparameters: TORCHRUN },
  ...rest,
});

const multiWorker = (how: string, start: string): Failure => ({
  ...{ program: 'multi-worker.py', how, hosts: 2, packages: 'tensorflow' },
  hyperparameters: { sagemaker_multi_worker_mirrored_strategy_enabled: 'true' },
  start: `worker 1 on algo-2 failed${start}`,
});

const deepSpeed = (how: string, start: RegExp): Failure => ({ program: 'deepspeed-launch.py', how, start });

const LOST = 'rank 1: ended without an error of its own';
const FAILURES: readonly Failure[] = [
  ...ofEach('gloo.py', Object.keys(COMMON), { hyperparameters: TORCHRUN }),
  torchrun('raise', /^rank [01]: ValueError: bad batch/, { variables: { RANKS: 'all' } }),
  torchrun('attempt', /^rank [01]: ValueError: attempt 2 \(/, { variables: { RANKS: 'all', PET_MAX_RESTARTS: '2' } }),
  torchrun('cause', COMMON['cause'] ?? '', { variables: { PET_REDIRECTS: '3' } }),
  torchrun('lines', COMMON['lines'] ?? '', {
    variables: { EARLY: '1', PET_REDIRECTS: '2', PET_LOG_DIR: '/opt/ml/logs' },
  }),
  torchrun('raise', COMMON['raise'] ?? '', { variables: { PET_TEE: '3' } }),
  torchrun('raise', 'rank 3 on algo-2: ValueError: bad batch', { variables: { RANKS: '3' }, hosts: 2 }),
  torchrun('kill', 'rank 1 on algo-1: killed by SIGKILL', { hosts: 2 }),
  ...ofEach('accelerate-launch.py', ['raise', 'exit']),
  ...ofEach('deepspeed-launch.py', ['raise']),
  // DeepSpeed ends as the first process whose end it sees.
  deepSpeed('text', /^(?:no data in the channel\n)rank 0: RuntimeError: /),
  deepSpeed('exit', /^(?:a rank without an error of its own: exit code 3\n)?rank 0: RuntimeError: /),
  deepSpeed('kill', /^(?:a rank without an error of its own: exit code 247\n)?rank 0: RuntimeError: /),
  ...ofEach('lightning-ddp.py', ['cause']),
  { program: 'lightning-ddp.py', how: 'kill', start: new RegExp(`^(?:${LOST}|rank 1: killed by signal 9)`) },
  multiWorker('raise', '\nValueError: bad batch: shape mismatch [3,4] (fail.py, line 17, in fail)'),
  multiWorker('exit', '\n\n…'),
  multiWorker('kill', ': killed by SIGKILL, '),
  multiWorker(
    'graph',
    '\ntensorflow.python.framework.errors_impl.InvalidArgumentError: Graph execution error: the loss : Tensor had NaN values (multi-worker.py, line ',
  ),
  ...ofEach('spawn.py', ['cause', 'group', 'exit', 'text', 'segfault']),
  ...ofEach('ray-train.py', ['cause', 'lines']),
  { program: 'ray-train.py', how: 'kill', start: /^(?:rank 1|worker) on [\d.]+: ray\.exceptions\.ActorDiedError: / },
  { program: 'joblib-parallel.py', how: 'cause', start: 'RuntimeError: no column (fail.py, line 22, in fail)' },
  { program: 'joblib-parallel.py', how: 'kill', start: /^joblib\.\S*TerminatedWorkerError: / },
];

for (const failure of FAILURES) {
  const { program, how, start, variables, hosts: count = 1 } = failure;
  const given = Object.entries(variables ?? {}).map(([name, value]) => `${name}=${value}`);
  test([`${program} on ${count} host(s), ${how}`, ...given].join(' '), { skip }, async (t) => {
    const reason = await reasonOf(t, failure);
    if (reason === undefined) return;
    const message = reason.replace(/^AlgorithmError: ExecuteUserScriptError:\nExitCode \d+\nErrorMessage "/, '');
    if (typeof start === 'string') assert.equal(message.slice(0, start.length), start);
    else assert.match(message, start);
  });
}
