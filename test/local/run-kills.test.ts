// Kills of `optml run`, and of `optml deliver`, while they deliver what a job has trained. `npm run build` first.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { extract } from 'tar';
import { SEED, SEED_NOTE } from '../support/json-values.ts';
import { processesWith, waitFor } from '../support/processes.ts';
import {
  HOST_OF_SCRIPT,
  hosts,
  makeWorkplace,
  type RunUnderWay,
  requestOf,
  type Workplace,
} from '../support/run-job-command.ts';
import { startS3, type TestS3 } from '../support/s3.ts';
import { trials } from '../support/trials.ts';

/** Paths below a folder or a prefix → content. */
type Files = ReadonlyMap<string, Buffer>;

/** One job and its kill. */
interface Kill {
  readonly isInS3: boolean;
  readonly CompressionType: 'GZIP' | 'NONE';
  readonly hostCount: number;
  /** When: a part of the time from the end of the scripts to the end of `optml run`. */
  readonly moment: number;
  /** The command that follows the kill. */
  readonly next: 'jobs' | 'describe' | 'run' | 'deliver';
  /** When the first `optml deliver` is killed, as a part of the time that it takes; undefined: it is not. */
  readonly deliverMoment: number | undefined;
}

// Each moment as often as every other, not mostly the first and the last.
const PARTS = fc.noBias(fc.integer({ min: 0, max: 1000 })).map((thousandths) => thousandths / 1000);

const KILLS = fc.record<Kill>({
  isInS3: fc.boolean(),
  CompressionType: fc.constantFrom('GZIP', 'NONE'),
  hostCount: fc.integer({ min: 1, max: 2 }),
  moment: PARTS,
  next: fc.constantFrom('jobs', 'describe', 'run', 'deliver'),
  deliverMoment: fc.option(PARTS, { nil: undefined }),
});

const COUNT = trials({ gate: 6, long: 50 });

const MIB = 1 << 20;

/** What each host trains: large files, and many small ones that two hosts bring together. */
function writeTrained(dir: string, host: string): void {
  const write = (path: string, bytes: number) => {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), randomBytes(bytes));
  };
  for (let part = 0; part < 4; part++) write(`model/${host}-${part}`, MIB);
  for (let part = 0; part < 40; part++) write(`model/layers/${host}/${part}`, 100);
  for (let part = 0; part < 20; part++) write(`checkpoints/${host}-${part}`, 20_000);
  write(`output/data/${host}`, 1000);
}

function filesBelow(dir: string): Files {
  const files = existsSync(dir) ? readdirSync(dir, { recursive: true, withFileTypes: true }) : [];
  const paths = files.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(paths.sort().map((path) => [relative(dir, path), readFileSync(path)]));
}

async function objectsBelow(s3: TestS3, prefix: string): Promise<Files> {
  const files = new Map<string, Buffer>();
  for (const key of await s3.keys(prefix)) files.set(key.slice(prefix.length), (await s3.get(key)) ?? Buffer.alloc(0));
  return files;
}

async function unpack(t: TestContext, workplace: Workplace, archive: Buffer): Promise<Files> {
  const dir = mkdtempSync(join(workplace.dir, 'unpacked-'));
  writeFileSync(join(dir, 'archive.tar.gz'), archive);
  mkdirSync(join(dir, 'content'));
  await extract({ file: join(dir, 'archive.tar.gz'), cwd: join(dir, 'content'), strict: true });
  t.diagnostic(`unpacked ${archive.length} bytes`);
  return filesBelow(join(dir, 'content'));
}

/** What is delivered of `model` or `data`, as files. */
async function delivered(t: TestContext, { workplace, kill, s3, name }: Round, what: 'model' | 'data'): Promise<Files> {
  const at = kill.isInS3
    ? await objectsBelow(s3, `out/${name}/output/`)
    : filesBelow(join(workplace.dir, 'out', name, 'output'));
  if (kill.CompressionType === 'NONE') {
    const ours = [...at].filter(([path]) => path.startsWith(`${what}/`));
    return new Map(ours.map(([path, content]) => [path.slice(what.length + 1), content]));
  }
  const archive = at.get(what === 'model' ? 'model.tar.gz' : 'output.tar.gz');
  return archive === undefined ? new Map() : unpack(t, workplace, archive);
}

interface Round {
  readonly workplace: Workplace;
  readonly kill: Kill;
  readonly s3: TestS3;
  readonly name: string;
}

function assertSame(found: Files, wanted: Files, what: string): void {
  assert.deepEqual([...found.keys()].sort(), [...wanted.keys()].sort(), `${what}: the same paths`);
  for (const [path, content] of wanted) assert.ok(found.get(path)?.equals(content), `${what}: ${path}`);
}

/** Everything that the hosts of the job have trained, of one of their folders. */
function trained(workplace: Workplace, hostCount: number, folder: string): Files {
  const names = Array.from({ length: hostCount }, (_, index) => `algo-${index + 1}`);
  return new Map(names.flatMap((host) => [...filesBelow(join(workplace.dir, 'trained', host, folder))]));
}

const PROGRAM = `
host=${HOST_OF_SCRIPT}; from=$TRAINED/$host
mkdir -p $ml/output/data
cp -r $from/model/. $ml/model/; cp -r $from/output/data/. $ml/output/data/; cp -r $from/checkpoints/. $ml/checkpoints/
touch $ENDED-$host
`;

function startJob({ workplace, kill, s3, name }: Round): RunUnderWay {
  const at = (path: string) => (kill.isInS3 ? `s3://bucket/${path}` : `./${path}`);
  workplace.writeJob(
    requestOf({
      ...hosts(kill.hostCount),
      TrainingJobName: name,
      OutputDataConfig: { S3OutputPath: at('out'), CompressionType: kill.CompressionType },
      CheckpointConfig: { S3Uri: at(`kept/${name}`) },
      Environment: {
        TRAINED: join(workplace.dir, 'trained'),
        ENDED: join(workplace.dir, `ended-${name}`),
        ROUND: markOf(name),
      },
    }),
  );
  return workplace.start([], s3.variables);
}

// In the environment of the hosts of this job, and of no other test.
const markOf = (name: string) => `${process.pid}-${name}`;

async function scriptsEnd({ workplace, kill, name }: Round): Promise<void> {
  const marks = Array.from({ length: kill.hostCount }, (_, index) =>
    join(workplace.dir, `ended-${name}-algo-${index + 1}`),
  );
  await waitFor('the end of the scripts', () => marks.every((mark) => existsSync(mark)));
}

/** The longest time from the end of the scripts to the end of the command, without a kill. */
async function measure(round: Round): Promise<number> {
  const run = startJob(round);
  await scriptsEnd(round);
  const start = performance.now();
  const { code, stderr } = await run.ended;
  assert.equal(code, 0, stderr);
  return performance.now() - start;
}

async function killRun(round: Round, afterMs: number): Promise<void> {
  const run = startJob(round);
  await scriptsEnd(round);
  await sleep(afterMs);
  run.child.kill('SIGKILL');
  await run.ended;
  await waitFor('the end of the hosts', () => processesWith('ROUND', markOf(round.name)).length === 0);
}

async function runNext({ workplace, kill, s3, name }: Round): Promise<void> {
  if (kill.next === 'run') {
    const request = requestOf({
      TrainingJobName: 'next',
      HyperParameters: {},
      OutputDataConfig: { S3OutputPath: './next' },
    });
    workplace.writeJob({
      ...request,
      AlgorithmSpecification: {
        TrainingImage: 'file://./next',
        TrainingInputMode: 'File',
        ContainerEntrypoint: ['/bin/true'],
      },
    });
    const { code, stderr } = await workplace.run([], s3.variables);
    assert.equal(code, 0, stderr);
  } else if (kill.next === 'describe') {
    assert.equal((await workplace.optml(['describe', name])).code, 0);
  } else if (kill.next === 'jobs') {
    assert.equal((await workplace.optml(['jobs'])).code, 0);
  }
}

// On a quiet machine.
const LONGEST_DELIVERY_MS = 600;

/** Kills a delivery; it may have ended before. */
async function killDelivery({ workplace, s3, name }: Round, moment: number): Promise<void> {
  const deliver = workplace.begin(['deliver', name], s3.variables);
  await sleep(moment * LONGEST_DELIVERY_MS);
  deliver.child.kill('SIGKILL');
  await deliver.ended;
}

test(`after each of ${COUNT} kills of a run that delivers, its model and its checkpoints are whole, or optml deliver delivers them`, async (t) => {
  t.diagnostic(SEED_NOTE);
  const s3 = await startS3(t);
  const workplace = makeWorkplace(t, PROGRAM);
  mkdirSync(join(workplace.dir, 'next'));
  for (const host of ['algo-1', 'algo-2']) writeTrained(join(workplace.dir, 'trained', host), host);
  const kills = fc.sample(KILLS, { seed: SEED, numRuns: COUNT });
  const durations = new Map<boolean, number>();
  for (const isInS3 of [true, false]) {
    const kill: Kill = {
      isInS3,
      CompressionType: 'GZIP',
      hostCount: 2,
      moment: 1,
      next: 'jobs',
      deliverMoment: undefined,
    };
    durations.set(isInS3, await measure({ workplace, kill, s3, name: `whole-${isInS3 ? 's3' : 'here'}` }));
  }
  let killed = 0;
  for (const [index, kill] of kills.entries()) {
    const round: Round = { workplace, kill, s3, name: `job-${index + 1}` };
    const { name } = round;
    await killRun(round, kill.moment * (durations.get(kill.isInS3) ?? 0));
    await runNext(round);
    const what = `${name} ${JSON.stringify(kill)}`;
    if (workplace.record(name).SecondaryStatus !== 'Completed') killed += 1;
    t.diagnostic(`${what}: ${workplace.record(name).SecondaryStatus}, ${workplace.leftIn(name)}`);
    const model = trained(workplace, kill.hostCount, 'model');
    if (workplace.record(name).ModelArtifacts !== undefined) {
      assertSame(await delivered(t, round, 'model'), model, `${what}: recorded model`);
    }
    if (kill.deliverMoment !== undefined) await killDelivery(round, kill.deliverMoment);
    const { code, stderr } = await workplace.optml(['deliver', name], s3.variables);
    assert.equal(code, 0, `${what}: ${stderr}`);
    assertSame(await delivered(t, round, 'model'), model, `${what}: model`);
    assertSame(
      await delivered(t, round, 'data'),
      trained(workplace, kill.hostCount, 'output/data'),
      `${what}: output data`,
    );
    const kept = kill.isInS3 ? await objectsBelow(s3, `kept/${name}/`) : filesBelow(join(workplace.dir, 'kept', name));
    assertSame(kept, trained(workplace, kill.hostCount, 'checkpoints'), `${what}: checkpoints`);
    assert.deepEqual(workplace.leftIn(name), [], what);
    assert.equal(workplace.record(name).undelivered, undefined, what);
    assert.notEqual(workplace.record(name).ModelArtifacts, undefined, what);
    if (kill.isInS3) continue;
    const names = readdirSync(join(workplace.dir, 'out', name, 'output'));
    assert.deepEqual(
      names.sort(),
      kill.CompressionType === 'NONE' ? ['data', 'model'] : ['model.tar.gz', 'output.tar.gz'],
      what,
    );
  }
  assert.ok(killed >= COUNT / 6, `${killed} of ${COUNT} kills met a job that ran`);
});
