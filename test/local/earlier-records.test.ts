// Jobs that an earlier version recorded: other processes and later versions read the same files, so the format only grows.
// test/fixtures/earlier-jobs/jobs are the folders of three jobs of version 0.1.0, answers/ what its commands printed.
import assert from 'node:assert/strict';
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openStore } from '../../src/jobs/job-store.ts';
import type { JobRecord } from '../../src/jobs/record.ts';
import { ROOT, temporaryFolder } from '../support/job.ts';
import { isThere, makeWorkplace } from '../support/run-job-command.ts';

const FIXTURE = join(ROOT, 'test/fixtures/earlier-jobs');
const NAMES = readdirSync(join(FIXTURE, 'jobs'));

/** Members of a record that the earlier version did not write, as {@link memberPaths} names them. */
const ADDED_MEMBERS: readonly string[] = ['.region'];

function earlierRecord(name: string): JobRecord {
  return JSON.parse(readFileSync(join(FIXTURE, 'jobs', name, 'job.json'), 'utf8'));
}

/**
 * The earlier answer as it is today: times are local ones (this test is in UTC), and `jobs` shows both statuses in one column.
 */
function answer(file: string, home: string): string {
  const earlier = readFileSync(join(FIXTURE, 'answers', file), 'utf8').replaceAll('{home}', home);
  return /^(?:jobs|.*describe)\.txt$/.test(file) ? earlier.replaceAll(/(\d\d:\d\d:\d\d) UTC/g, '$1') : earlier;
}

const COMMANDS = [
  { command: ['jobs'], file: 'jobs.txt' },
  { command: ['jobs', '--json'], file: 'jobs-json.txt' },
  ...NAMES.flatMap((name) => [
    { command: ['describe', name], file: `${name}.describe.txt` },
    { command: ['describe', name, '--json'], file: `${name}.describe-json.txt` },
    { command: ['logs', name], file: `${name}.logs.txt` },
  ]),
];

for (const { command, file } of COMMANDS) {
  test(`optml ${command.join(' ')} prints the earlier answer for earlier jobs`, async (t) => {
    const { home, optml } = makeWorkplace(t);
    cpSync(join(FIXTURE, 'jobs'), join(home, 'jobs'), { recursive: true });
    const { code, stdout, stderr } = await optml(command, { TZ: 'UTC' });
    assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: answer(file, home), stderr: '' });
  });
}

test('the store reads an earlier record without a change, and leaves its file alone', (t) => {
  const home = temporaryFolder(t);
  cpSync(join(FIXTURE, 'jobs'), join(home, 'jobs'), { recursive: true });
  const store = openStore({ OPTML_HOME: home });
  for (const name of NAMES) {
    assert.deepEqual(store.read(name), earlierRecord(name));
    const file = (dir: string) => readFileSync(join(dir, 'jobs', name, 'job.json'), 'utf8');
    assert.equal(file(home), file(FIXTURE));
  }
});

/** The paths of all members at any depth; items of a list count as one, and the maps of a request are values. */
function memberPaths(value: unknown, path = ''): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((item) => memberPaths(item, `${path}[]`));
  if (typeof value !== 'object' || value === null || /\.(?:HyperParameters|Environment)$/.test(path)) return [path];
  return Object.entries(value).flatMap(([name, inner]) => memberPaths(inner, `${path}.${name}`));
}

const sortedPaths = (record: JobRecord) => [...new Set(memberPaths(record))].sort();

/** Runs the job of an earlier record again, with folders of this test, and returns the folder of the new job. */
async function runAgain(t: TestContext, name: string): Promise<string> {
  const { dir, write, writeJob, run, jobDir } = makeWorkplace(t);
  write('data/train/a.txt', 'one\n');
  const request = JSON.stringify(earlierRecord(name).request).replaceAll('/home/user/project', dir);
  writeJob(JSON.parse(request));
  const { stderr } = await run();
  assert.ok(isThere(jobDir(name), 'job.json'), stderr);
  return jobDir(name);
}

for (const name of ['completed-job', 'failed-job']) {
  test(`a record of the present version has the members of the earlier one: ${name}`, async (t) => {
    const dir = await runAgain(t, name);
    const record: JobRecord = JSON.parse(readFileSync(join(dir, 'job.json'), 'utf8'));
    const earlier = sortedPaths(earlierRecord(name));
    assert.equal(record.TrainingJobStatus, earlierRecord(name).TrainingJobStatus);
    assert.deepEqual(
      sortedPaths(record).filter((path) => !ADDED_MEMBERS.includes(path)),
      earlier,
    );
    const files = (folder: string) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
    assert.deepEqual(
      files(dir).filter((file) => file !== 'report.html'),
      files(join(FIXTURE, 'jobs', name)),
    );
  });
}
