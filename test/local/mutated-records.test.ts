// Whatever is in the record of one job, all commands end in time, other jobs run, and nothing outside of the store changes.
// As built.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { indexFile } from '../../src/jobs/job-index.ts';
import { openStore } from '../../src/jobs/job-store.ts';
import { endedRecord, newRecord } from '../support/records.ts';
import { makeWorkplace, type Workplace } from '../support/run-job-command.ts';
import { trials } from '../support/trials.ts';

const SEED = Number(process.env['OPTML_TEST_SEED'] ?? 30);
const BATCH = 8;
const GONE = { pid: 999_999, startTicks: '1' };

type Json = unknown;

const ODD: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(
    null,
    true,
    '',
    -1,
    1e308,
    0.5,
    [],
    {},
    [null],
    { a: 1 },
    'NaN',
    '../../victim',
    '/etc',
    '\x1b]0;T\x07',
  ),
  fc.constant('x'.repeat(100_000)),
  fc.constant(deep(2000)),
  fc.jsonValue(),
);

function deep(levels: number): Json {
  let value: Json = 1;
  for (let level = 0; level < levels; level++) value = [value];
  return value;
}

/** A record with one to three members, at any depth, replaced, removed, repeated or added. */
function mutated(record: object): fc.Arbitrary<Json> {
  const step = fc.record({
    path: fc.array(fc.nat(30), { minLength: 1, maxLength: 4 }),
    how: fc.constantFrom('replace', 'remove', 'add', 'repeat'),
    value: ODD,
  });
  return fc.array(step, { minLength: 1, maxLength: 3 }).map((steps) => {
    const copy = structuredClone(record) as Json;
    for (const { path, how, value } of steps) change(copy, path, how, value);
    return copy;
  });
}

function change(root: Json, path: readonly number[], how: string, value: Json): void {
  let at = root as Record<string, Json>;
  for (const [depth, index] of path.entries()) {
    const names = Object.keys(at);
    if (names.length === 0) return;
    const name = names[index % names.length] ?? '';
    const child = at[name];
    if (depth < path.length - 1 && typeof child === 'object' && child !== null) {
      at = child as Record<string, Json>;
      continue;
    }
    if (how === 'remove') delete at[name];
    else if (how === 'add') at[`new-${index}`] = value;
    else if (how === 'repeat') at[name] = [child, child];
    else at[name] = value;
    return;
  }
}

/** The content of a record's file: mutated JSON, damaged text, or no regular file. */
type Content = { readonly text: string } | { readonly kind: 'fifo' | 'folder' | 'device' | 'huge' | 'nothing' };

function contents(name: string): fc.Arbitrary<Content> {
  const records = [
    endedRecord(name),
    newRecord(name, { runner: GONE, leftovers: ['process', 'docker:optml-x'] }),
    endedRecord(name, {
      undelivered: '/etc',
      hasUncopiedCheckpoints: true,
      FailureReason: 'x',
      FinalMetricDataList: [{ MetricName: 'm', Value: 1, Timestamp: 1 }],
    }),
  ];
  const json = fc.oneof(...records.map(mutated)).map((value): Content => ({ text: JSON.stringify(value) ?? 'null' }));
  const damaged = fc
    .tuple(fc.constantFrom(...records), fc.nat(5000), fc.constantFrom('', '\0', '}', '\ud800', '{{'))
    .map(([record, at, put]): Content => ({ text: JSON.stringify(record).slice(0, at) + put }));
  const kinds = fc.constantFrom<Content>(
    { kind: 'fifo' },
    { kind: 'folder' },
    { kind: 'device' },
    { kind: 'huge' },
    { kind: 'nothing' },
  );
  return fc.oneof({ weight: 12, arbitrary: json }, { weight: 3, arbitrary: damaged }, { weight: 2, arbitrary: kinds });
}

// A huge log is printed as a whole: it must fit into the memory of the test.
function put(file: string, content: Content, hugeSize = '3G'): void {
  rmSync(file, { recursive: true, force: true });
  if ('text' in content) writeFileSync(file, content.text);
  else if (content.kind === 'fifo') execFileSync('mkfifo', [file]);
  else if (content.kind === 'folder') mkdirSync(file);
  else if (content.kind === 'device') symlinkSync('/dev/zero', file);
  else if (content.kind === 'huge') execFileSync('truncate', ['-s', hugeSize, file]);
}

function victimOf(t: TestContext, { dir }: Workplace): () => void {
  const victim = join(dir, 'victim');
  mkdirSync(join(victim, 'hosts', 'algo-1'), { recursive: true });
  writeFileSync(join(victim, 'hosts', 'kept'), 'kept');
  t.diagnostic(`seed ${SEED}`);
  return () => assert.equal(readFileSync(join(victim, 'hosts', 'kept'), 'utf8'), 'kept');
}

test('commands survive any content of any record', { timeout: 3_000_000 }, async (t) => {
  const batches = trials({ gate: 1, long: Math.ceil(500 / BATCH) });
  for (let batch = 0; batch < batches; batch++) {
    const workplace = makeWorkplace(t, 'echo out');
    const { optml, home, run } = workplace;
    const checkVictim = victimOf(t, workplace);
    const store = openStore({ OPTML_HOME: home });
    store.claim('good', (name) => endedRecord(name));
    store.list();
    const names = Array.from({ length: BATCH }, (_, index) => `bad-${index}`);
    for (const [index, name] of names.entries()) {
      const { dir } = store.claim(name, (own) => endedRecord(own));
      const [record, log, times] = fc.sample(contents(name), { numRuns: 3, seed: SEED + batch * 100 + index });
      mkdirSync(join(dir, 'logs'));
      put(join(dir, 'job.json'), record as Content);
      if (index % 3 === 1) put(join(dir, 'logs', 'algo-1.log'), log as Content, '20M');
      if (index % 3 === 2) put(join(dir, 'metrics.jsonl'), times as Content);
    }
    const [index] = fc.sample(contents('good'), { numRuns: 1, seed: SEED + batch });
    if (batch % 2 === 1) put(indexFile(store.jobsDir), index as Content);
    const check = async (command: readonly string[], allowed: readonly number[]) => {
      const { code, stderr, stdout } = await optml(command);
      assert.ok(code !== null && allowed.includes(code), `batch ${batch}, ${command.join(' ')}: ${code}\n${stderr}`);
      assert.doesNotMatch(stderr, /DEFECT|\n {4}at |TypeError|RangeError/);
      return { stdout, stderr };
    };
    const listed = await check(['jobs'], [0]);
    assert.match(listed.stdout, /^good +Completed/m);
    assert.ok(listed.stderr.split('\n').length <= 3, `one warning: ${listed.stderr}`);
    for (const name of names) {
      await check(['describe', name], [0, 1]);
      await check(['logs', name], [0, 1]);
      await check(['stop', name], [0, 1, 2]);
      await check(['deliver', name], [0, 1, 2]);
    }
    const { code, stderr } = await run();
    assert.equal(code, 0, stderr);
    assert.doesNotMatch(stderr, /DEFECT|\n {4}at |TypeError/);
    checkVictim();
  }
});

test('a job of a newer version is shown with a warning, and nothing of it changes', async (t) => {
  const workplace = makeWorkplace(t, 'true');
  const { optml, home, run } = workplace;
  const store = openStore({ OPTML_HOME: home });
  const newer = { runner: GONE, leftovers: ['process'] };
  const records: Readonly<Record<string, object>> = {
    format: {
      ...newRecord('format', newer),
      format: 2,
      outputs: { model: [{ uri: 's3://b/k' }] },
      hosts: [{ name: 'algo-1' }],
    },
    status: { ...newRecord('status', newer), TrainingJobStatus: 'Paused', SecondaryStatus: 'Pausing' },
    both: { format: 7, TrainingJobName: 'both', TrainingJobStatus: 'Completed', CreationTime: 1, request: 5 },
  };
  for (const [name, record] of Object.entries(records)) {
    const { dir } = store.claim(name, (own) => newRecord(own));
    mkdirSync(join(dir, 'hosts'));
    writeFileSync(join(dir, 'job.json'), JSON.stringify(record));
  }
  const index = JSON.stringify({ version: 2, jobs: [] });
  writeFileSync(indexFile(store.jobsDir), index);
  const listed = await optml(['jobs']);
  assert.match(listed.stdout, /^status +Paused \(Pausing\)/m);
  assert.match(listed.stderr, /^Warning: a newer version of optml wrote the records of (?:\w+, ){2}\w+\./);
  for (const name of Object.keys(records)) {
    const described = await optml(['describe', name]);
    assert.equal(described.code, 0, described.stderr);
    assert.match(described.stderr, /newer version of optml/);
    assert.match(described.stdout, new RegExp(`^Name: +${name}$`, 'm'));
    assert.equal((await optml(['logs', name, '--follow'])).code, 0);
    for (const command of ['deliver', 'stop']) {
      const { code, stderr } = await optml([command, name]);
      assert.match(stderr, command === 'stop' && name === 'both' ? /JOB_/ : /UserError JOB_NEWER/);
      assert.equal(code, 2);
    }
  }
  assert.equal((await run()).code, 0);
  for (const [name, record] of Object.entries(records)) {
    assert.equal(readFileSync(join(store.folderOf(name), 'job.json'), 'utf8'), JSON.stringify(record));
    assert.ok(existsSync(join(store.folderOf(name), 'hosts')));
  }
  assert.equal(readFileSync(indexFile(store.jobsDir), 'utf8'), index);
});
