import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { type JobPaths, jobPaths } from '../../src/contract/paths.ts';
import { readTrainingJob } from '../../src/environment/read-training-job.ts';
import { describeError, isOptmlError, type OptmlError } from '../../src/errors/error.ts';
import { makeJob, ROOT, startTrain, TRAIN } from '../support/job.ts';
import { jsonValues, SEED_NOTE, seeded, writeLoosely } from '../support/json-values.ts';
import { trials } from '../support/trials.ts';

const RUNS = 4000;
const REAL_RUNS = trials({ gate: 16, long: 40 });
// A single file of some kilobytes is read in a millisecond; what takes so long hangs.
const HANG_MS = 5000;

const FILES = ['hyperparametersFile', 'resourceConfigFile', 'inputDataConfigFile'] as const;
type ConfigFile = (typeof FILES)[number];

const VALID: Readonly<Record<ConfigFile, string>> = {
  hyperparametersFile:
    '{"epochs": "3", "name": "\\"größe\\"", "lr": "1e-05", "sagemaker_program": "\\"train.sh\\"", "sagemaker_mpi_enabled": "false", "optml_package": "never", "sagemaker_container_log_level": "20", "layers": "[1, {\\"a\\": null}]"}',
  resourceConfigFile:
    '{"current_host": "algo-1", "current_instance_type": "ml.m5.large", "current_group_name": "g", "hosts": ["algo-1", "algo-2"], "instance_groups": [{"instance_group_name": "g", "instance_type": "ml.m5.large", "hosts": ["algo-1", "algo-2"]}], "network_interface_name": "eth0", "topology": null}',
  inputDataConfigFile:
    '{"training": {"TrainingInputMode": "File", "S3DistributionType": "FullyReplicated", "RecordWrapperType": "None"}}',
};

/** A way to spoil a file; what it gives is written in the file's place, undefined stands for a directory. */
type Damage = (text: string, random: Random) => string | Buffer | undefined;

interface Random {
  /** An integer from 0 to `below`, without it. */
  readonly below: (below: number) => number;
  /** Any JSON value, as text. */
  readonly json: string;
}

const DAMAGES: Readonly<Record<string, Damage>> = {
  truncated: (text, { below }) => Buffer.from(text).subarray(0, below(Buffer.byteLength(text))),
  'bit flipped': (text, { below }) => {
    const bytes = Buffer.from(text);
    for (let count = 1 + below(3); count > 0; count--) {
      const at = below(bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << below(8));
    }
    return bytes;
  },
  'random bytes': (_, { below }) => Buffer.from(Array.from({ length: 1 + below(200) }, () => below(256))),
  'random bytes inside': (text, { below }) => {
    const at = below(text.length);
    return Buffer.concat([
      Buffer.from(text.slice(0, at)),
      Buffer.from([below(256), below(256)]),
      Buffer.from(text.slice(at)),
    ]);
  },
  'another shape': (_, { json }) => json,
  'a member of another shape': (text, { below, json }) => {
    const object = JSON.parse(text) as Record<string, unknown>;
    const names = Object.keys(object);
    const name = names[below(names.length)] ?? '';
    const rest = names
      .filter((other) => other !== name)
      .map((other) => `${JSON.stringify(other)}:${JSON.stringify(object[other])}`);
    return `{${[...rest, ...(below(4) === 0 ? [] : [`${JSON.stringify(name)}:${json}`])].join(',')}}`;
  },
  'a member that decodes to another shape': (text, { below, json }) => {
    const object = JSON.parse(text) as Record<string, unknown>;
    const names = Object.keys(object);
    return JSON.stringify({ ...object, [names[below(names.length)] ?? '']: json });
  },
  'a part twice': (text, { below }) => {
    const [a, b] = [below(text.length), below(text.length)];
    return text.slice(0, Math.max(a, b)) + text.slice(Math.min(a, b));
  },
  'nested deep': (text, { below }) => {
    const depth = 10 ** (2 + below(4));
    const [open, close] = below(2) === 0 ? ['[', ']'] : ['{"a":', '}'];
    const nested = open.repeat(depth) + (open === '[' ? '' : '1') + (below(2) === 0 ? close.repeat(depth) : '');
    return below(2) === 0 ? nested : text.replace(/^\{/, `{"deep": ${nested},`);
  },
  'nested deep within a text': (text, { below }) => text.replace(/^\{/, `{"deep": "${'['.repeat(500 + below(2000))}",`),
  'a huge number': (text, { below }) =>
    text.replace(/^\{/, `{"huge": ${'9'.repeat(4299 + below(4))}${['', '.5', 'e400', 'e-9999'][below(4)]},`),
  'a huge number alone': (_, { below }) => '1'.repeat(10 ** (1 + below(6))),
  'not UTF-8': (text, { below }) => {
    const bytes = Buffer.from(text);
    const at = below(bytes.length);
    const wrong = [[0xff], [0xc3, 0x28], [0xed, 0xa0, 0x80], [0xf8, 0x88], [0x80], [0xe2, 0x82]][below(6)] ?? [];
    return Buffer.concat([bytes.subarray(0, at), Buffer.from(wrong), bytes.subarray(at)]);
  },
  'UTF-16': (text) => Buffer.from(`\ufeff${text}`, 'utf16le'),
  'byte order marks': (text, { below }) => '\ufeff'.repeat(1 + below(2)) + text,
  empty: (_, { below }) => ' \n\t'.slice(0, below(4)),
  'a directory': () => undefined,
  'NUL bytes': (text, { below }) =>
    Buffer.concat([Buffer.from(text.slice(0, below(text.length))), Buffer.alloc(1 + below(4096))]),
};

interface Case {
  readonly file: ConfigFile;
  readonly damage: string;
  readonly content: string | Buffer | undefined;
}

function cases(count: number): readonly Case[] {
  const drawn = fc.record({
    file: fc.constantFrom(...FILES),
    damage: fc.constantFrom(...Object.keys(DAMAGES)),
    // Plain numbers from the generator, dealt out as they are asked for.
    numbers: fc.array(fc.nat(), { minLength: 16, maxLength: 16 }),
    json: jsonValues().map(writeLoosely),
  });
  return fc.sample(drawn, seeded(count)).map(({ file, damage, numbers, json }) => {
    let at = 0;
    // More numbers than were drawn, for random bytes: each use stirs them.
    const below = (limit: number) => {
      const index = at++ % numbers.length;
      numbers[index] = (Math.imul(numbers[index] ?? 0, 1_103_515_245) + 12_345 + at) >>> 0;
      return (numbers[index] >>> 8) % limit;
    };
    return { file, damage, content: DAMAGES[damage]?.(VALID[file], { below, json }) };
  });
}

function layOut(paths: JobPaths, { file, content }: Case): void {
  for (const name of FILES) {
    rmSync(paths[name], { recursive: true, force: true });
    if (name !== file) writeFileSync(paths[name], VALID[name]);
    else if (content === undefined) mkdirSync(paths[name]);
    else writeFileSync(paths[name], content);
  }
}

function describeCase({ file, damage, content }: Case): string {
  const shown = content === undefined ? '' : Buffer.from(content).subarray(0, 300).toString('latin1');
  return `${SEED_NOTE}: ${file}, ${damage}: ${JSON.stringify(shown)}`;
}

// A flipped bit can make another name of a setting.
function warnOfSetting(message: string): void {
  assert.match(message, / is not a setting of optml/);
}

/** What reading a job makes of a case: an error of ours, or undefined where the file is good enough. */
async function errorOf(paths: JobPaths, tried: Case): Promise<OptmlError | undefined> {
  layOut(paths, tried);
  try {
    await readTrainingJob(paths, { PATH: '', HOME: paths.baseDir }, warnOfSetting);
    return undefined;
  } catch (error) {
    assert.ok(isOptmlError(error), `${describeCase(tried)}\n${error instanceof Error ? error.stack : error}`);
    return error;
  }
}

test(`${RUNS} damaged configuration files: each is read, or refused as the error of the user that names the file`, async (t) => {
  const paths = jobPaths(makeJob(t, {}));
  const refused = new Map<string, number>();
  for (const tried of cases(RUNS)) {
    const started = performance.now();
    const error = await errorOf(paths, tried);
    assert.ok(performance.now() - started < HANG_MS, describeCase(tried));
    if (error === undefined) continue;
    assert.deepEqual([error.kind, error.exitCode], ['user', 1], describeCase(tried));
    assert.ok(
      describeError(error).includes(basename(paths[tried.file])),
      `${describeCase(tried)}\n${describeError(error)}`,
    );
    assert.ok(error.message.length < 2000, describeCase(tried));
    refused.set(tried.damage, (refused.get(tried.damage) ?? 0) + 1);
  }
  assert.deepEqual(
    [...refused.keys()].sort(),
    Object.keys(DAMAGES).sort(),
    'each kind of damage was refused at least once',
  );
});

test(`${REAL_RUNS} damaged configuration files: train ends with a failure file that names the file`, {
  timeout: 300_000,
}, async (t) => {
  const scratch = jobPaths(makeJob(t, {}));
  const chosen: Case[] = [];
  const seen = new Map<string, number>();
  for (const tried of cases(RUNS / 4)) {
    const times = seen.get(tried.damage) ?? 0;
    if (chosen.length >= REAL_RUNS || times > REAL_RUNS / Object.keys(DAMAGES).length) continue;
    if ((await errorOf(scratch, tried)) === undefined) continue;
    seen.set(tried.damage, times + 1);
    chosen.push(tried);
  }
  assert.equal(chosen.length, REAL_RUNS, SEED_NOTE);
  for (let from = 0; from < chosen.length; from += 4)
    await Promise.all(chosen.slice(from, from + 4).map((tried) => runCase(t, tried)));
});

async function runCase(t: TestContext, tried: Case): Promise<void> {
  const base = makeJob(t, { files: { 'code/train.sh': 'exit 0\n' } });
  const paths = jobPaths(base);
  layOut(paths, tried);
  const run = startTrain(t, base);
  const hang = setTimeout(() => run.child.kill('SIGKILL'), 60_000);
  const { code, signal, failure, stderr } = await run.ended;
  clearTimeout(hang);
  const note = `${describeCase(tried)}\n${stderr}`;
  assert.deepEqual([code, signal], [1, null], note);
  assert.match(failure ?? '', /^UserError [A-Z0-9_]+: /, note);
  assert.ok(failure?.includes(basename(paths[tried.file])), note);
  assert.ok(stderr.includes('Reporting training FAILURE'), note);
}

const NOBODY = 65_534;

test('a file that the user may not read is an error that names it', { skip: await whyNoOtherUser() }, async (t) => {
  for (const name of FILES) {
    const base = makeJob(t, {});
    const paths = jobPaths(base);
    layOut(paths, { file: 'hyperparametersFile', damage: 'none', content: VALID.hyperparametersFile });
    giveAway(dirname(base));
    chmodSync(paths[name], 0);
    assert.equal(await runAsOther([TRAIN], { SAGEMAKER_BASE_DIR: base }), 1);
    const failure = readFileSync(paths.failureFile, 'utf8');
    assert.match(failure, /^UserError CONFIG_UNREADABLE: .* cannot be read: EACCES\n/);
    assert.ok(failure.includes(paths[name]), failure);
  }
});

/** Why a program cannot be run here as a user who is not allowed everything, or false where it can. */
async function whyNoOtherUser(): Promise<string | false> {
  if (process.getuid?.() !== 0) return false;
  const code = await runAsOther([TRAIN, '--version'], {}).catch(() => 1);
  return code !== 0 && `SKIPPED: root reads every file, and another user may not run ${ROOT}`;
}

function runAsOther(args: readonly string[], variables: NodeJS.ProcessEnv): Promise<number | null> {
  const isRoot = process.getuid?.() === 0;
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env['PATH'], HOME: '/', ...variables },
    stdio: 'ignore',
    ...(isRoot && { uid: NOBODY, gid: NOBODY }),
  });
  return new Promise((resolve, reject) => child.once('error', reject).once('exit', resolve));
}

function giveAway(path: string): void {
  if (process.getuid?.() !== 0) return;
  chownSync(path, NOBODY, NOBODY);
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (entry.isDirectory()) giveAway(join(path, entry.name));
    else chownSync(join(path, entry.name), NOBODY, NOBODY);
  }
}
