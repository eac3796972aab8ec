import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { guessesTrainOnProcess } from '../../../src/cli/guess-run.ts';
import { type GivenOptions, parseOptions } from '../../../src/cli/options/parse-options.ts';
import { RUN_RULES } from '../../../src/cli/run-command.ts';
import { temporaryFolder } from '../../support/job.ts';

/** What the parser of the command reads; undefined for arguments that it refuses. */
function parse(args: readonly string[]): GivenOptions | undefined {
  try {
    return parseOptions(args, { ...RUN_RULES, flags: [...RUN_RULES.flags, 'help'] });
  } catch {
    return undefined;
  }
}

const runsOnProcess = ({ flags, values }: GivenOptions) =>
  values.get('engine') === 'process' && !flags.has('help') && !flags.has('print-request');

// Whole options of the command, and single words that a person may leave or forget.
const OPTIONS = [
  ...['process', 'docker', 'podman'].flatMap((name) => [['--engine', name], [`--engine=${name}`], ['--name', name]]),
  ...[['--help'], ['--print-request'], ['--as-platform'], ['--pass-credentials']],
  ...[['--hp', 'engine=process'], ['--hp', 'a=--engine'], ['--env=engine=process'], ['--channel', 'a=b']],
  ...[
    ['--engine'],
    ['--name'],
    ['--hp'],
    ['--'],
    ['-engine'],
    ['-print-request'],
    ['-help'],
    ['process'],
    ['job.txt'],
    ['--program', 'run.sh'],
  ],
];

test('the guess about optml run agrees with its parser on all arguments that the parser accepts', () => {
  let accepted = 0;
  let onProcess = 0;
  const lists = fc.array(fc.constantFrom(...OPTIONS), { maxLength: 5 }).map((options) => options.flat());
  fc.assert(
    fc.property(lists, (args) => {
      const given = parse(args);
      if (given === undefined) return;
      accepted += 1;
      if (runsOnProcess(given)) onProcess += 1;
      assert.equal(guessesTrainOnProcess(args), runsOnProcess(given), JSON.stringify(args));
    }),
    { numRuns: 5000 },
  );
  assert.ok(accepted > 500 && onProcess > 50, `${accepted} lists of arguments, ${onProcess} on process`);
});

test('values that are given to an option without a value never start train in vain', () => {
  for (const args of [['--help=false'], ['--help', 'true'], ['--print-request=true'], ['--engine=']]) {
    assert.equal(guessesTrainOnProcess(['--engine', 'process', ...args]), false, args.join(' '));
  }
});

test('a job file is recognised by its text if train cannot wait for its host', (t) => {
  const file = (name: string, text: string) => {
    const path = join(temporaryFolder(t), name);
    writeFileSync(path, text);
    return path;
  };
  const guess = (path: string) => guessesTrainOnProcess([path, '--engine', 'process']);
  assert.equal(guess(file('job.json', '{"AlgorithmSpecification": {}}')), true);
  assert.equal(guess(file('job.json', '{"AlgorithmSpecification": {"ContainerEntrypoint": ["sh"]}}')), false);
  assert.equal(guess(file('job.yml', 'AlgorithmSpecification:\n  ContainerEntrypoint: [sh]\n')), false);
  assert.equal(guess('/no/such/file.json'), true);
  for (const [text, isOne] of [
    ['{"ResourceConfig": {"InstanceCount": 1}}', true],
    ['{"ResourceConfig": {"InstanceCount": 12}}', false],
    ['ResourceConfig:\n  InstanceCount: 2\n', false],
    ['{"EnableNetworkIsolation": true}', false],
    ['{"EnableNetworkIsolation": false}', true],
  ] as const) {
    assert.equal(guess(file('job.json', text)), isOne, text);
  }
});

test('train is not started ahead for several hosts', (t) => {
  const path = join(temporaryFolder(t), 'job.json');
  writeFileSync(path, '{"ResourceConfig": {"InstanceCount": 2}}');
  const guess = (...args: string[]) => guessesTrainOnProcess([path, '--engine', 'process', ...args]);
  assert.deepEqual(
    [guess('--instances', '1'), guess('--instances=1'), guess('--instances', '3'), guess('--instances=2')],
    [true, true, false, false],
  );
});
