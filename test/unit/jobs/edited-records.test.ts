// Records that somebody edited: no command fails on one, and none hides another job.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { describeCommand } from '../../../src/cli/describe-command.ts';
import { jobsCommand } from '../../../src/cli/jobs-command.ts';
import { isOptmlError } from '../../../src/errors/error.ts';
import { type JobStore, openStore } from '../../../src/jobs/job-store.ts';
import type { JobRecord } from '../../../src/jobs/record.ts';
import { writeReport } from '../../../src/report/write-report.ts';
import { temporaryFolder } from '../../support/job.ts';
import { endedRecord, jobRequest } from '../../support/records.ts';

const DEEP = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;

/** JSON texts of every kind of value, and of values that trap a reader. */
const VALUES = [
  ...[
    'null',
    'true',
    '0',
    '-1',
    '1.5',
    '1e300',
    '1e999',
    '""',
    '"x"',
    '"../../victim"',
    '[]',
    '[null]',
    '[1]',
    '["x"]',
  ],
  ...[
    '[[]]',
    '[{}]',
    '{}',
    '{"a":null}',
    '{"a":1}',
    '{"a":{}}',
    '{"__proto__":null}',
    '{"toString":1,"toJSON":1}',
    DEEP,
  ],
];

const REQUEST = jobRequest('edited', {
  HyperParameters: { epochs: '3' },
  Environment: { NAME: 'value' },
  InputDataConfig: [
    {
      ChannelName: 'train',
      InputMode: 'File',
      DataSource: {
        S3DataSource: { S3DataType: 'S3Prefix', S3Uri: '/data', S3DataDistributionType: 'FullyReplicated' },
      },
    },
  ],
  OutputDataConfig: { S3OutputPath: '/data/out', CompressionType: 'GZIP' },
  ResourceConfig: { InstanceGroups: [{ InstanceGroupName: 'all', InstanceType: 'local', InstanceCount: 1 }] },
  CheckpointConfig: { S3Uri: '/data/checkpoints', LocalPath: '/opt/ml/checkpoints' },
  StoppingCondition: { MaxRuntimeInSeconds: 60 },
});

const RECORD: JobRecord = endedRecord('edited', {
  request: REQUEST,
  region: 'eu-west-1',
  FailureReason: 'none',
  ModelArtifacts: { S3ModelArtifacts: '/data/out/model.tar.gz' },
  FinalMetricDataList: [{ MetricName: 'loss', Value: 0.5, Timestamp: 1.5 }],
  outputs: ['/data/out/output.tar.gz'],
});

type Path = readonly (string | number)[];

/** The paths of all members and items at any depth, that of the whole value first. */
function pathsIn(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const steps = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return [
    path,
    ...steps.flatMap((step) => pathsIn((value as Record<string | number, unknown>)[step], [...path, step])),
  ];
}

/** The text of the record with another value at `path`. */
function edited(path: Path, text: string): string {
  const mark = 'the value is here';
  const replace = (value: unknown, [step, ...rest]: Path): unknown => {
    if (step === undefined) return mark;
    if (Array.isArray(value)) return value.map((item, index) => (index === step ? replace(item, rest) : item));
    const members = value as Readonly<Record<string, unknown>>;
    return { ...members, [step]: replace(members[step], rest) };
  };
  return JSON.stringify(replace(RECORD, path)).replace(JSON.stringify(mark), () => text);
}

interface Printed {
  readonly stdout: string;
  readonly stderr: string;
  readonly error: unknown;
}

async function printed(t: TestContext, command: () => Promise<number>): Promise<Printed> {
  const texts = { stdout: '', stderr: '' };
  const mocks = (['stdout', 'stderr'] as const).map((name) =>
    t.mock.method(process[name], 'write', (text: string) => {
      texts[name] += text;
      return true;
    }),
  );
  // The commands print before they return a promise: nothing of the test's own output gets lost.
  const running = command();
  for (const { mock } of mocks) mock.restore();
  const error = await running.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return { ...texts, error };
}

function setUp(t: TestContext) {
  const variables = { OPTML_HOME: temporaryFolder(t) };
  const store: JobStore = openStore(variables);
  store.claim('other', (name) => endedRecord(name));
  const { dir } = store.claim('edited', () => RECORD);
  const edit = (text: string) => writeFileSync(join(dir, 'job.json'), text);
  return { variables, store, dir, edit };
}

test('a record with any value in the place of any member fails no command, and hides no other job', async (t) => {
  const { variables, store, dir, edit } = setUp(t);
  const counts = { readable: 0, unreadable: 0 };
  for (const path of pathsIn(RECORD)) {
    for (const value of VALUES) {
      edit(edited(path, value));
      const which = `${path.join('.')} = ${value.slice(0, 40)}`;
      const jobs = await printed(t, () => jobsCommand([], variables));
      assert.equal(jobs.error, undefined, which);
      assert.match(jobs.stdout, /^other /m, which);
      const isReadable = /^edited /m.test(jobs.stdout);
      counts[isReadable ? 'readable' : 'unreadable']++;
      assert.equal(jobs.stderr.includes(dir), !isReadable, which);
      for (const args of [['edited'], ['edited', '--json']]) {
        const { error } = await printed(t, () => describeCommand(args, variables));
        assert.equal(error === undefined, isReadable, which);
        assert.ok(error === undefined || (isOptmlError(error) && error.code === 'JOB_NOT_FOUND'), which);
      }
      if (isReadable) await writeReport(dir, store.read('edited'));
    }
  }
  assert.ok(counts.readable > 100 && counts.unreadable > 500, JSON.stringify(counts));
});

test('jobs warns once of all records that it cannot read, and describe says where the record is', async (t) => {
  const { variables, store, dir, edit } = setUp(t);
  store.claim('second', (name) => endedRecord(name));
  edit('{}');
  writeFileSync(join(store.folderOf('second'), 'job.json'), JSON.stringify({ ...RECORD, TrainingJobName: 'other' }));
  const { stdout, stderr } = await printed(t, () => jobsCommand(['--json'], variables));
  assert.deepEqual(
    JSON.parse(stdout).TrainingJobSummaries.map(({ TrainingJobName: name }: JobRecord) => name),
    ['other'],
  );
  assert.equal(
    stderr,
    `Warning: the list lacks jobs whose records cannot be read: ${dir}, ${store.folderOf('second')}. "optml describe JOB" says what to do.\n`,
  );
  assert.throws(() => store.read('edited'), {
    code: 'JOB_NOT_FOUND',
    kind: 'user',
    exitCode: 1,
    message: `the record of job "edited" in ${dir} cannot be read`,
    where: join(dir, 'job.json'),
    fix: 'Check the permissions and the content of the file, or remove the folder.',
  });
});
