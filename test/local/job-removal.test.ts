// `optml rm`, `optml jobs --prune` and `optml open`. As built: `npm run build` first.
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { isThere, makeWorkplace, type Workplace } from '../support/run-job-command.ts';

const DAY_MS = 86_400_000;

/** Records of ended jobs, as copies of a real one, that ended so many days ago. */
async function withJobs(t: TestContext, days: Readonly<Record<string, number>>): Promise<Workplace> {
  const workplace = makeWorkplace(t, 'echo m > $ml/model/m');
  const { code, stderr } = await workplace.run(['--name', 'first']);
  assert.equal(code, 0, stderr);
  for (const [name, ago] of Object.entries(days)) {
    const end = (Date.now() - ago * DAY_MS) / 1000;
    writeRecord(workplace, name, { TrainingEndTime: end, LastModifiedTime: end, CreationTime: end - 1 });
  }
  return workplace;
}

function writeRecord(workplace: Workplace, name: string, changes: object): void {
  const first = workplace.record('first');
  const record = { ...first, ...changes, TrainingJobName: name, request: { ...first.request, TrainingJobName: name } };
  workplace.write(`home/jobs/${name}/job.json`, JSON.stringify(record));
}

const jobsIn = ({ home }: Workplace) => readdirSync(join(home, 'jobs')).sort();

describe('optml rm', () => {
  test('removes ended jobs, and keeps their delivered artifacts', async (t) => {
    const workplace = await withJobs(t, { second: 1 });
    const { code, stdout, stderr } = await workplace.optml(['rm', 'first', 'second', 'first']);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^first: removed \(.+\)\nsecond: removed \(.+\)\n$/);
    assert.deepEqual(jobsIn(workplace), []);
    assert.ok(isThere(workplace.dir, 'out/first/output/model.tar.gz'));
    assert.equal((await workplace.optml(['jobs'])).stdout, 'No job has been run yet.\n');
  });

  test('goes on with the other jobs if one is unknown, and takes no path for a name', async (t) => {
    const workplace = await withJobs(t, {});
    const { code, stderr } = await workplace.optml(['rm', '..', '../project', '.', 'frist', 'first']);
    assert.equal(code, 1);
    assert.match(stderr, /JOB_NOT_FOUND: there is no job "frist"\nFix: Did you mean "first"\?/);
    assert.deepEqual(jobsIn(workplace), []);
    assert.ok(isThere(workplace.dir, 'project/train.sh'));
  });

  test('does not remove a job that runs', async (t) => {
    const workplace = makeWorkplace(t, 'trap "exit 0" TERM; echo ready; while :; do sleep 0.05; done');
    const run = workplace.start();
    await run.seen('ready');
    const { code, stderr } = await workplace.optml(['rm', '--force', 'job']);
    assert.equal(code, 2);
    assert.match(stderr, /USAGE: the job job is running \(process \d+\)\nFix: Stop it first: optml stop job --wait\./);
    assert.equal(
      (await workplace.optml(['jobs', '--prune', '--older-than', '0m'])).stdout,
      'Removed 0 jobs: 0 bytes freed\n',
    );
    assert.equal((await workplace.optml(['stop', 'job'])).code, 0);
    assert.equal((await run.ended).code, 3);
    assert.equal((await workplace.optml(['rm', 'job'])).code, 0);
  });

  test('removes read-only folders, and of a link the link alone', async (t) => {
    const workplace = await withJobs(t, {});
    const logs = join(workplace.jobDir('first'), 'logs');
    mkdirSync(join(logs, 'deep/er'), { recursive: true });
    chmodSync(join(logs, 'deep'), 0o500);
    const kept = workplace.write('kept/file', 'kept');
    symlinkSync(join(workplace.dir, 'kept'), join(logs, 'link'));
    symlinkSync(workplace.jobDir('first'), workplace.jobDir('linked'));
    const { stderr } = await workplace.optml(['rm', 'linked']);
    assert.match(stderr, /JOB_NOT_FOUND: the record of job "linked"/);
    assert.equal((await workplace.optml(['rm', 'first'])).code, 0);
    assert.equal(readFileSync(kept, 'utf8'), 'kept');
    assert.deepEqual(jobsIn(workplace), ['linked']);
  });

  test('removes artifacts that were not delivered only with --force', async (t) => {
    const workplace = await withJobs(t, {});
    writeRecord(workplace, 'lost', { undelivered: join(workplace.jobDir('lost'), 'undelivered') });
    workplace.write('home/jobs/lost/undelivered/hosts/algo-1/ml/model/m', 'weights');
    const refused = await workplace.optml(['rm', 'lost']);
    assert.equal(refused.code, 2);
    assert.match(
      refused.stderr,
      /the job lost has artifacts that were not delivered\nFix: Deliver .*optml deliver lost\./,
    );
    const pruned = await workplace.optml(['jobs', '--prune', '--older-than', '0m']);
    assert.match(pruned.stderr, /^Kept lost: it has artifacts that were not delivered$/m);
    assert.ok(existsSync(workplace.jobDir('lost')));
    assert.equal((await workplace.optml(['rm', 'lost', '--force'])).code, 0);
    assert.deepEqual(jobsIn(workplace), []);
  });
});

describe('optml jobs --prune', () => {
  test('removes jobs by their age, and only shows them with --dry-run', async (t) => {
    const workplace = await withJobs(t, { week: 8, day: 2 });
    workplace.write('home/uploads/a.sums', 'x');
    const dry = await workplace.optml(['jobs', '--prune', '--older-than', '7d', '--dry-run']);
    assert.match(dry.stdout, /^week {2}.+\nWould remove 1 job: .+\n$/);
    assert.deepEqual(jobsIn(workplace), ['day', 'first', 'week']);
    const { code, stdout } = await workplace.optml(['jobs', '--prune', '--older-than', '36h']);
    assert.equal(code, 0);
    assert.match(stdout, /^Removed 2 jobs: .+ freed\n$/);
    assert.deepEqual(jobsIn(workplace), ['first']);
    assert.ok(isThere(workplace.home, 'uploads/a.sums'), 'a cache that was used today stays');
  });

  test('removes caches and the oldest jobs until the rest is small enough', async (t) => {
    const workplace = await withJobs(t, { old: 2, older: 3 });
    for (const name of ['old', 'older']) workplace.write(`home/jobs/${name}/logs/algo-1.log`, 'x'.repeat(200_000));
    workplace.write('home/uploads/a.sums', 'x');
    const { stdout } = await workplace.optml(['jobs', '--prune', '--max-size', '300kB']);
    assert.match(stdout, /^Removed 1 job and 1 cache: .+ freed\n$/);
    assert.deepEqual(jobsIn(workplace), ['first', 'old']);
  });

  test('can run in two processes at the same time', async (t) => {
    const names = Array.from({ length: 40 }, (_, index) => `job-${index}`);
    const workplace = await withJobs(t, Object.fromEntries(names.map((name) => [name, 9])));
    const prune = () => workplace.optml(['jobs', '--prune', '--older-than', '7d']);
    const ends = await Promise.all([prune(), prune()]);
    const counts = ends.map(({ stdout }) => Number(/^Removed (\d+) job/.exec(stdout)?.[1]));
    assert.deepEqual(
      ends.map(({ code, stderr }) => ({ code, stderr })),
      [
        { code: 0, stderr: '' },
        { code: 0, stderr: '' },
      ],
    );
    assert.equal(
      counts.reduce((sum, count) => sum + count, 0),
      names.length,
    );
    assert.deepEqual(jobsIn(workplace), ['first']);
  });

  for (const [words, message] of [
    [['--prune'], /--prune needs a limit\nFix: Pass --older-than 7d, --max-size 5GB, or both\./],
    [['--prune', '--older-than', '7'], /expected --older-than to be an age such as 7d, got "7"/],
    [['--prune', '--max-size', '5'], /expected --max-size to be a size such as 5GB, got "5"/],
    [['--older-than', '7d'], /--older-than is an option of --prune/],
    [['--prune', '--json'], /--json and --prune/],
  ] as const) {
    test(`refuses ${words.join(' ')}`, async (t) => {
      const { code, stderr } = await makeWorkplace(t).optml(['jobs', ...words]);
      assert.equal(code, 2);
      assert.match(stderr, message);
    });
  }
});

describe('optml open', () => {
  test('prints the path of the report without a desktop', async (t) => {
    const workplace = await withJobs(t, {});
    const { code, stdout } = await workplace.optml(['open', 'first']);
    assert.equal(code, 0);
    assert.equal(stdout, `${join(workplace.jobDir('first'), 'report.html')}\n`);
  });

  test('starts the opener of the desktop with the path as its only argument', async (t) => {
    const workplace = await withJobs(t, {});
    const opener = workplace.write('bin/xdg-open', `#!/bin/sh\nprintf '%s\\n' "$#" "$@" > ${workplace.dir}/opened\n`);
    chmodSync(opener, 0o755);
    const variables = { DISPLAY: ':0', PATH: `${join(workplace.dir, 'bin')}:${process.env['PATH']}` };
    const report = join(workplace.jobDir('first'), 'report.html');
    assert.equal((await workplace.optml(['open', 'first'], variables)).stdout, `Opened ${report}\n`);
    assert.equal(workplace.read('opened'), `1\n${report}\n`);
    writeFileSync(opener, '#!/bin/sh\nexit 3\n');
    assert.equal((await workplace.optml(['open', 'first'], variables)).stdout, `${report}\n`);
  });

  test('reports a job without a report, also if a link is in its place', async (t) => {
    const workplace = await withJobs(t, { bare: 1, linked: 1 });
    symlinkSync('/etc/hostname', join(workplace.jobDir('linked'), 'report.html'));
    for (const name of ['bare', 'linked']) {
      const { code, stderr } = await workplace.optml(['open', name]);
      assert.equal(code, 1);
      assert.match(stderr, new RegExp(`the job ${name} has no report`));
    }
  });
});
