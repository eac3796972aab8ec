// `optml run` with a container engine that breaks: every call, in every way. `npm run build` first.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Limiter } from '../../src/concurrency/limiter.ts';
import {
  ENGINE_CALLS,
  ENGINE_FAULTS,
  type EngineCall,
  type EngineFault,
  makeFakeEngine,
} from '../support/fake-engine.ts';
import { randomFrom } from '../support/hostile/random.ts';
import { SEED } from '../support/json-values.ts';
import { makeWorkplace, requestOf } from '../support/run-job-command.ts';
import { trials } from '../support/trials.ts';

/** How a trial ends `optml`: by the limits of optml and the job alone, or by Ctrl-C. */
type Ending = 'limits' | 'ctrl-c' | 'ctrl-c twice';

interface Trial {
  readonly call: EngineCall;
  readonly fault: EngineFault;
  readonly ending: Ending;
}

const MAX_RUNTIME_SECONDS = 4;
const CONTAINER_SECONDS = 1;
// The slowest: the limits of several calls in turn, on a busy machine.
const LIMIT_SECONDS: Readonly<Record<Ending, number>> = { limits: 110, 'ctrl-c': 90, 'ctrl-c twice': 60 };
const AT_ONCE = 6;
// Of these the job itself needs no right answer.
const HARMLESS: readonly EngineCall[] = ['ps', 'network-ls', 'rm', 'network-rm', 'wait', 'kill'];

// Only `optml validate` makes a container that it does not start.
const EVERY = ENGINE_CALLS.filter((call) => call !== 'create').flatMap((call) =>
  ENGINE_FAULTS.map((fault) => ({ call, fault })),
);

function trialsFrom(seed: number, count: number): readonly Trial[] {
  const random = randomFrom(seed);
  const known: readonly Trial[] = [
    { call: 'inspect', fault: 'strings', ending: 'limits' },
    { call: 'run', fault: 'hang', ending: 'ctrl-c twice' },
  ];
  const order = EVERY.map((one) => ({ one, key: random.integer(2 ** 31) })).sort((a, b) => a.key - b.key);
  const endings: readonly Ending[] = ['limits', 'limits', 'ctrl-c', 'ctrl-c twice'];
  const others = order.slice(0, count - known.length).map(({ one }) => {
    // A pull that prints may take hours.
    const isEndless = one.call === 'pull' && one.fault === 'drip';
    return { ...one, ending: isEndless ? ('ctrl-c' as const) : random.pick(endings) };
  });
  return [...known, ...others];
}

/** Runs a job with the broken call. Returns the problems. */
async function play(t: TestContext, { call, fault, ending }: Trial): Promise<readonly string[]> {
  const workplace = makeWorkplace(t);
  const engine = makeFakeEngine(workplace.dir, ending === 'limits' ? CONTAINER_SECONDS : 60);
  engine.breakCall(call, fault);
  workplace.writeJob(
    requestOf({
      AlgorithmSpecification: { TrainingImage: 'an-image', TrainingInputMode: 'File' },
      StoppingCondition: { MaxRuntimeInSeconds: ending === 'limits' ? MAX_RUNTIME_SECONDS : 3600 },
    }),
  );
  const args = ['run', 'job.json', '--engine', 'docker', '--stop-grace', '2'];
  const run = workplace.begin(args, engine.variables);
  const isOver = { value: false };
  void run.ended.then(() => {
    isOver.value = true;
  });
  if (ending !== 'limits') {
    // It hangs by then, or its container runs.
    await Promise.race([run.ended, sleep(2500)]);
    run.child.kill('SIGINT');
    if (ending === 'ctrl-c twice') {
      await Promise.race([run.ended, sleep(300)]);
      run.child.kill('SIGINT');
    }
  }
  const end = await Promise.race([run.ended, sleep(LIMIT_SECONDS[ending] * 1000, undefined, { ref: false })]);
  if (end === undefined) {
    run.child.kill('SIGKILL');
    return [`${call} ${fault}, ${ending}: it still runs after ${LIMIT_SECONDS[ending]} s: ${run.output()}`];
  }
  const record = existsSync(join(workplace.jobDir(), 'job.json')) ? workplace.record() : undefined;
  const status = record?.TrainingJobStatus;
  const reason = record?.FailureReason ?? '';
  // A second signal may come when the job has ended, and `optml` no longer listens.
  const isExpected = end.code === null ? ending === 'ctrl-c twice' : [0, 1, 2, 3].includes(end.code);
  const mayComplete = HARMLESS.includes(call) || fault === 'late' || EXIT_IS_ANSWER.includes(`${call} ${fault}`);
  return [
    ...(isExpected ? [] : [`exit code ${end.code}: ${end.stderr}`]),
    ...(/^\s+at .*:\d+:\d+|TypeError|RangeError|DEFECT/m.test(end.stderr) ? [`an error: ${end.stderr}`] : []),
    ...(status === 'InProgress' ? ['the record says that the job runs'] : []),
    ...(status === 'Completed' && !mayComplete ? [`the job is Completed: ${end.stderr}`] : []),
    ...(/^AlgorithmError/.test(reason) && call !== 'run' ? [`an error of the script: ${reason}`] : []),
    ...(ending !== 'limits' && status === 'Completed' ? [`the job is Completed after Ctrl-C: ${end.stderr}`] : []),
  ].map((problem) => `${call} ${fault}, ${ending}: ${problem}`);
}

// Only the exit code of these calls is their answer.
const EXIT_IS_ANSWER = ['version', 'network-create', 'pull'].flatMap((call) =>
  ['garbage', 'empty', 'null', 'list', 'strings'].map((fault) => `${call} ${fault}`),
);

const COUNT = trials({ gate: 6, long: EVERY.length + 2 });

test(`a broken engine never hangs optml, ends it or makes a success (OPTML_TEST_SEED=${SEED})`, async (t) => {
  const limiter = new Limiter(AT_ONCE);
  const problems = await Promise.all(
    trialsFrom(SEED, COUNT).map((trial) => limiter.run(undefined, () => play(t, trial))),
  );
  assert.deepEqual(problems.flat(), []);
});

const VALIDATE_CALLS = ['version', 'ps', 'image-inspect', 'create', 'run', 'inspect', 'kill', 'rm'] as const;

test(`Ctrl-C ends optml validate while the engine is broken (OPTML_TEST_SEED=${SEED})`, async (t) => {
  const random = randomFrom(SEED);
  const limiter = new Limiter(AT_ONCE);
  const calls = trials({ gate: 1, long: 3 }) === 1 ? [random.pick(VALIDATE_CALLS)] : VALIDATE_CALLS;
  const playValidate = async (call: EngineCall): Promise<readonly string[]> => {
    const workplace = makeWorkplace(t);
    const engine = makeFakeEngine(workplace.dir, 60);
    const fault = random.pick(ENGINE_FAULTS);
    engine.breakCall(call, fault);
    const run = workplace.begin(['validate', 'an-image', '--engine', 'docker'], engine.variables);
    await Promise.race([run.ended, sleep(4000)]);
    run.child.kill('SIGINT');
    const end = await Promise.race([run.ended, sleep(LIMIT_SECONDS['ctrl-c'] * 1000, undefined, { ref: false })]);
    run.child.kill('SIGKILL');
    if (end === undefined) return [`${call} ${fault}: it still runs: ${run.output()}`];
    const isOrderly =
      end.code !== null && end.code !== 70 && !/^\s+at .*:\d+:\d+|TypeError|RangeError/m.test(end.stderr);
    return isOrderly ? [] : [`${call} ${fault}: exit code ${end.code}: ${end.stderr}`];
  };
  const problems = await Promise.all(calls.map((call) => limiter.run(undefined, () => playValidate(call))));
  assert.deepEqual(problems.flat(), []);
});
