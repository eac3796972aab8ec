// Text of a job is data: whatever its names and values contain, no line of optml makes a terminal do anything. As built.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openStore } from '../../src/jobs/job-store.ts';
import { makeJob } from '../support/job.ts';
import { endedRecord } from '../support/records.ts';
import { byTrain, makeWorkplace, OPTML, type RunEnd, requestOf } from '../support/run-job-command.ts';

const HOSTILE = '\x1b]0;T\x07\x1b[2J\x9b1A\x7f\b\u202e\u2066\u200b\u2028\ufeff\u061cz';
// Fields of a request are single lines.
const IN_REQUEST = HOSTILE.replace('\u2028', '');
const OBEYED = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

function assertVisible(text: string, what: string): void {
  const found = OBEYED.exec(text);
  assert.equal(
    found,
    null,
    `${what}: ${JSON.stringify(text.slice(Math.max(0, (found?.index ?? 0) - 80), (found?.index ?? 0) + 20))}`,
  );
}

const SCRIPT = `printf 'loss=1\\033[31mred\\033[0m\\033]0;OUT\\007\\n'
printf '${String.raw`bad\033]52;c;x\007\302\2331A\342\200\256\r\nJob x: Completed\n`}' > "$SM_OUTPUT_DIR/failure"
mkdir -p "$SM_MODEL_DIR/$(printf 'a\\033]0;N\\007b')"; ln -s /etc/passwd "$SM_MODEL_DIR/$(printf 'l\\033[2Jk')"; mkfifo "$SM_MODEL_DIR/$(printf 'f\\342\\200\\256o')"
exit 4`;

test('no line of optml contains control characters of a job; the output of the job passes unchanged', async (t) => {
  const workplace = makeWorkplace(t, SCRIPT);
  const { optml, home } = workplace;
  const metrics = [
    { Name: `m${IN_REQUEST}`, Regex: 'loss=([0-9.]+)' },
    { Name: `n${IN_REQUEST}`, Regex: '(red)' },
  ];
  const { AlgorithmSpecification: algorithm } = byTrain() as { readonly AlgorithmSpecification: object };
  workplace.writeJob(
    requestOf({
      AlgorithmSpecification: { ...algorithm, MetricDefinitions: metrics },
      HyperParameters: { sagemaker_program: 'train.sh', [`h${IN_REQUEST}`]: `v${IN_REQUEST}` },
      Environment: { E: `e${IN_REQUEST}` },
      OutputDataConfig: { S3OutputPath: `./out${IN_REQUEST}` },
    }),
  );
  const run = await workplace.run(['--verbose']);
  assert.equal(run.code, 1, run.stderr);
  const output = 'loss=1\x1b[31mred\x1b[0m\x1b]0;OUT\x07\n';
  assert.ok(run.stdout.includes(output));
  assertVisible(run.stdout.replace(output, ''), 'the log of train');
  assert.ok(run.stdout.includes('\\x1b]0;T'));
  assertVisible(run.stderr, 'run');

  const shown: Record<string, RunEnd> = {
    jobs: await optml(['jobs']),
    'jobs --json': await optml(['jobs', '--json']),
    describe: await optml(['describe', 'job']),
    'describe --json': await optml(['describe', 'job', '--json']),
    stop: await optml(['stop', 'job']),
    deliver: await optml(['deliver', 'job']),
    'deliver to': await optml(['deliver', 'job', '--output', `s3:/${HOSTILE}`]),
    'logs of a host': await optml(['logs', 'job', '--host', HOSTILE]),
    'unknown job': await optml(['describe', HOSTILE]),
    'unknown command': await optml([HOSTILE]),
    'unknown option': await optml(['jobs', `--${HOSTILE}`]),
    'print-request': await optml(['run', 'job.json', '--print-request']),
    'wrong engine': await optml(['run', 'job.json', '--engine', HOSTILE]),
    validate: await optml(['validate', `./${HOSTILE}`, '--engine', 'process']),
    explain: await optml(['validate', '--explain', HOSTILE]),
    unpack: await optml(['unpack', `no${HOSTILE}`, 'dir']),
    init: await optml(['init', `new${HOSTILE}`]),
    train: await optml(['train', HOSTILE]),
  };
  const packed = join(workplace.dir, `dir${HOSTILE.replaceAll('/', '')}`);
  mkdirSync(packed);
  writeFileSync(join(packed, `f${HOSTILE}`), '');
  spawnSync('mkfifo', [join(packed, `p${HOSTILE}`)]);
  shown['pack'] = await optml(['pack', packed]);
  const base = makeJob(t, {
    files: { 'code/train.sh': 'true' },
    program: 'train.sh',
    hyperparameters: { [`x${HOSTILE}`]: JSON.stringify(HOSTILE) },
  });
  for (const command of [['env'], ['env', '--json'], ['train', '--dry-run'], ['train', '--dry-run', '--json']])
    shown[command.join(' ')] = await optml(command, { SAGEMAKER_BASE_DIR: base });
  for (const [what, { stdout, stderr }] of Object.entries(shown)) {
    assert.notEqual(stdout + stderr, '', what);
    assertVisible(stdout + stderr, what);
  }
  const described = JSON.parse(shown['describe --json']?.stdout ?? '');
  assert.equal(described.HyperParameters[`h${IN_REQUEST}`], `v${IN_REQUEST}`, 'JSON has the same value');
  const job = openStore({ OPTML_HOME: home });
  job.claim('odd', (name) =>
    endedRecord(name, {
      FailureReason: HOSTILE,
      engine: HOSTILE,
      hosts: [HOSTILE],
      outputs: [HOSTILE],
      notDelivered: [HOSTILE],
    }),
  );
  for (const command of [['jobs'], ['describe', 'odd'], ['logs', 'odd'], ['deliver', 'odd'], ['stop', 'odd']]) {
    const { stdout, stderr } = await optml(command);
    assertVisible(stdout + stderr, command.join(' '));
  }
});

test('a terminal gets the colours of a log and nothing else that it obeys; a pipe gets the bytes', async (t) => {
  const workplace = makeWorkplace(t, "printf '\\033[31mred\\033[0m \\033]0;T\\007\\033[1A\\233x\\n10%%\\r20%%\\n'");
  assert.equal((await workplace.run()).code, 0);
  const piped = spawnSync(process.execPath, [OPTML, 'logs', 'job'], {
    env: { ...process.env, OPTML_HOME: workplace.home },
  });
  assert.ok(piped.stdout.includes(Buffer.from('\x1b]0;T\x07\x1b[1A\x9bx\n', 'latin1')));
  const command = `"${process.execPath}" "${OPTML}" logs job`;
  const terminal = spawnSync('script', ['-qec', command, '/dev/null'], {
    env: { ...process.env, OPTML_HOME: workplace.home },
    encoding: 'utf8',
  });
  if (terminal.error !== undefined) return t.skip('the program `script` is missing');
  assert.equal(terminal.stdout, '\x1b[31mred\x1b[0m \\x1b]0;T\\x07\\x1b[1A\ufffdx\x1b[0m\r\n10%\r20%\r\n');
});
