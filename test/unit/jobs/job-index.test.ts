import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type JobSummary, summaryOf } from '../../../src/jobs/describe/job-summary.ts';
import { indexFile, readSummaries } from '../../../src/jobs/job-index.ts';
import type { JobRecord } from '../../../src/jobs/record.ts';
import { readRecord, writeRecord } from '../../../src/jobs/record-file.ts';
import { temporaryFolder } from '../../support/job.ts';
import { endedRecord, newRecord } from '../../support/records.ts';

interface Setup {
  readonly jobsDir: string;
  readonly put: (record: JobRecord) => void;
  /** Lists these jobs as if that were an hour later. */
  readonly list: (names: readonly string[], now?: number) => readonly JobSummary[];
  /** Which records were read since the last call. */
  readonly takeReads: () => readonly string[];
}

function setUp(t: TestContext): Setup {
  const jobsDir = join(temporaryFolder(t), 'jobs');
  const reads: string[] = [];
  const read = (name: string) => {
    reads.push(name);
    return readRecord(join(jobsDir, name));
  };
  return {
    jobsDir,
    put: (record) => {
      mkdirSync(join(jobsDir, record.TrainingJobName), { recursive: true });
      writeRecord(join(jobsDir, record.TrainingJobName), record);
    },
    list: (names, now = Date.now() + 3_600_000) => readSummaries(jobsDir, names, read, now),
    takeReads: () => reads.splice(0),
  };
}

test('records of ended jobs are read once, those of running jobs each time', (t) => {
  const { put, list, takeReads } = setUp(t);
  const ended = endedRecord('ended', { leftovers: ['docker'], region: 'eu-west-1' });
  const running = newRecord('running');
  for (const record of [ended, running]) put(record);
  for (const reads of [['ended', 'running'], ['running'], ['running']]) {
    assert.deepEqual(list(['ended', 'running']), [summaryOf(ended), summaryOf(running)]);
    assert.deepEqual(takeReads(), reads);
  }
});

test('a record that changed is read again, also when its size and time of change say nothing', (t) => {
  const { jobsDir, put, list, takeReads } = setUp(t);
  put(endedRecord('job'));
  list(['job']);
  const file = join(jobsDir, 'job', 'job.json');
  const { atime, mtime, ino, size } = statSync(file);
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll('Completed', 'Stopped  '));
  utimesSync(file, atime, mtime);
  assert.deepEqual([statSync(file).ino, statSync(file).size], [ino, size]);
  takeReads();
  assert.equal(list(['job'])[0]?.TrainingJobStatus, 'Stopped  ');
  assert.deepEqual(takeReads(), ['job']);
  put(endedRecord('job', { engine: 'podman' }));
  assert.equal(list(['job'])[0]?.engine, 'podman');
});

test('a record that has just been written is not put into the index: it may change within a tick of the clock', (t) => {
  const { put, list, takeReads } = setUp(t);
  put(endedRecord('job'));
  for (const [now, reads] of [
    [Date.now(), ['job']],
    [Date.now(), ['job']],
    [Date.now() + 3000, ['job']],
    [Date.now() + 3000, []],
  ] as const) {
    list(['job'], now);
    assert.deepEqual(takeReads(), reads);
  }
});

test('an index that is damaged, of another version or missing is written again', (t) => {
  const { jobsDir, put, list, takeReads } = setUp(t);
  put(endedRecord('job'));
  const expected = list(['job']);
  const file = indexFile(jobsDir);
  const content = readFileSync(file, 'utf8');
  const damages = [
    () => truncateSync(file, Math.floor(content.length / 2)),
    () => writeFileSync(file, 'null'),
    () => writeFileSync(file, '{"version":1,"jobs":{"job":null}}'),
    () => writeFileSync(file, '{"version":1}'),
    () => writeFileSync(file, '{"version":1,"jobs":[]}'),
    () => writeFileSync(file, content.replace('"version":1', '"version":0')),
    () => rmSync(file),
  ];
  for (const damage of damages) {
    damage();
    takeReads();
    assert.deepEqual(list(['job']), expected);
    assert.deepEqual(takeReads(), ['job']);
    assert.deepEqual(list(['job']), expected);
    assert.deepEqual(takeReads(), [], 'the index is whole again');
    assert.equal(readFileSync(file, 'utf8'), content);
  }
  assert.equal(statSync(file).mode & 0o777, 0o600);
});

test('a list skips a wrong entry of the index and writes it again', (t) => {
  const { jobsDir, put, list, takeReads } = setUp(t);
  const names = ['job', 'other'];
  for (const name of names) put(endedRecord(name));
  const expected = list(names);
  const file = indexFile(jobsDir);
  const content = readFileSync(file, 'utf8');
  const entry = JSON.parse(content).jobs.job;
  const summaries = ['null', '[]', '"x"', '1', '{}', '{"__proto__":null}', undefined].map((summary) =>
    JSON.stringify({ ...entry, summary: 'here' }).replace(/(,"summary":)"here"/, (_, name) =>
      summary ? name + summary : '',
    ),
  );
  const wrongValues = Object.keys(entry.summary).flatMap((member) =>
    ['null', '{}', '[]', '1e300', '1e999', '"../../victim"'].map((value) => [member, value] as const),
  );
  const members = wrongValues
    .filter(
      ([member, value]) =>
        !(value.startsWith('"') && typeof entry.summary[member] === 'string' && member !== 'TrainingJobName'),
    )
    .map(([member, value]) =>
      JSON.stringify({ ...entry, summary: { ...entry.summary, [member]: 'here' } }).replace('"here"', () => value),
    );
  const otherName = JSON.stringify({ ...entry, summary: { ...entry.summary, TrainingJobName: 'other' } });
  for (const wrong of [...summaries, ...members, otherName]) {
    writeFileSync(
      file,
      content.replace(JSON.stringify(entry), () => wrong),
    );
    takeReads();
    assert.deepEqual(list(names), expected, wrong);
    assert.deepEqual(takeReads(), ['job'], wrong);
    assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), JSON.parse(content), wrong);
  }
});

test('a named pipe or an endless device in the place of the index is replaced', (t) => {
  const { jobsDir, put, list } = setUp(t);
  put(endedRecord('job'));
  const expected = list(['job']);
  const file = indexFile(jobsDir);
  for (const replace of [() => execFileSync('mkfifo', [file]), () => symlinkSync('/dev/zero', file)]) {
    rmSync(file);
    replace();
    assert.deepEqual(list(['job']), expected);
    assert.ok(lstatSync(file).isFile());
  }
});

test('a job that was removed leaves the index, and one of an odd name is no trap', (t) => {
  const { jobsDir, put, list } = setUp(t);
  for (const name of ['constructor', 'job']) put(endedRecord(name));
  assert.equal(list(['constructor', 'job']).length, 2);
  assert.deepEqual(
    list(['constructor', 'gone']).map(({ TrainingJobName }) => TrainingJobName),
    ['constructor'],
  );
  assert.deepEqual(Object.keys(JSON.parse(readFileSync(indexFile(jobsDir), 'utf8')).jobs), ['constructor']);
});

test('where the index cannot be written the jobs are listed all the same', (t) => {
  const { jobsDir, put, list } = setUp(t);
  put(endedRecord('job'));
  mkdirSync(join(indexFile(jobsDir), 'in-the-way'), { recursive: true });
  assert.equal(list(['job']).length, 1);
  assert.equal(list(['job']).length, 1);
  assert.ok(existsSync(join(indexFile(jobsDir), 'in-the-way')));
});
