import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TrainWaits } from '../../src/train/train-waits.ts';
import { type JobSpec, makeJob, type RunningJob, startTrain } from '../support/job.ts';
import { pythonJob, shellJob } from '../support/processes.ts';
import { QUICK_RETRIES, s3Variables, startS3, type TestS3 } from '../support/s3.ts';
import { refusingEndpoint, startStandInS3 } from '../support/stand-in-s3.ts';

const PREFIX = 'out/job-7/output/intermediate/';
const OUTPUT = { sagemaker_s3_output: '"s3://bucket/out/"' };

/** Goes to the folder, and defines `wait NAME`: waits until the test has made the file NAME beside the job's output. */
const SHELL = 'cd "$SM_OUTPUT_INTERMEDIATE_DIR"; wait() { while [ ! -e "../$1" ]; do sleep 0.05; done; }; ';

async function startS3Job(t: TestContext, spec: JobSpec, variables: NodeJS.ProcessEnv = {}) {
  const s3 = await startS3(t);
  return { s3, job: start(t, spec, { ...s3.variables, ...variables }) };
}

function start(t: TestContext, spec: JobSpec, variables: NodeJS.ProcessEnv, waits?: TrainWaits): RunningJob {
  const base = makeJob(t, { hyperparameters: OUTPUT, ...spec });
  return startTrain(t, base, { TRAINING_JOB_NAME: 'job-7', ...variables }, waits);
}

const goOn = (job: RunningJob, name: string) => writeFileSync(join(job.base, 'output', name), '');

/** Waits until S3 has the keys below the job's prefix. */
async function untilListed(s3: TestS3, ...names: readonly string[]): Promise<void> {
  const wanted = names.map((name) => PREFIX + name);
  for (let i = 0; i < 1200; i++) {
    const keys = await s3.keys();
    if (wanted.every((key) => keys.includes(key))) return;
    await sleep(50);
  }
  assert.fail(`${wanted} in vain; there are ${await s3.keys()}`);
}

async function content(s3: TestS3, name: string): Promise<string> {
  return String(await s3.get(PREFIX + name));
}

async function names(s3: TestS3): Promise<readonly string[]> {
  const keys = await s3.keys();
  return keys.map((key) => (key.startsWith(PREFIX) ? key.slice(PREFIX.length) : `elsewhere: ${key}`));
}

describe('intermediate output (C56)', { concurrency: 4 }, () => {
  test('is uploaded while the program runs, each file once it is closed, also in folders made later', async (t) => {
    const script = `${SHELL} echo one > one; exec 5> open; echo half >&5; wait a; mkdir -p x/y; echo two > x/y/two; wait b; echo whole >&5; exec 5>&-; wait c`;
    const { s3, job } = await startS3Job(t, shellJob(script));
    await untilListed(s3, 'one');
    assert.equal(await content(s3, 'one'), 'one\n');
    goOn(job, 'a');
    await untilListed(s3, 'x/y/two');
    assert.deepEqual(await names(s3), ['one', 'x/y/two']);
    goOn(job, 'b');
    await untilListed(s3, 'open');
    assert.equal(await content(s3, 'open'), 'half\nwhole\n');
    goOn(job, 'c');
    const result = await job.ended;
    assert.equal(result.code, 0, result.stderr);
    assert.match(
      result.stderr,
      /Intermediate output: \S+\/output\/intermediate is uploaded to s3:\/\/bucket\/out\/job-7\/output\/intermediate\/ while training runs/,
    );
    assert.match(
      result.stderr,
      /Intermediate output: 3 files \(19 bytes\) uploaded to .*\n(?:.*\n)*.*Reporting training SUCCESS/,
    );
    assert.deepEqual(readdirSync(join(job.base, 'output', 'intermediate')).sort(), ['one', 'open', 'x']);
  });

  test('many files at the same time, in many folders, are all uploaded', async (t) => {
    const script = `import os
for i in range(500):
    folder = os.path.join(os.environ['SM_OUTPUT_INTERMEDIATE_DIR'], str(i % 25), str(i % 3))
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, str(i)), 'w') as file:
        file.write('content of ' + str(i))
`;
    const { s3, job } = await startS3Job(t, pythonJob(script));
    const result = await job.ended;
    assert.equal(result.code, 0, result.stderr);
    const expected = Array.from({ length: 500 }, (_, i) => `${i % 25}/${i % 3}/${i}`).sort();
    assert.deepEqual(await names(s3), expected);
    assert.equal(await content(s3, '9/1/484'), 'content of 484');
    assert.match(result.stderr, /Intermediate output: 500 files /);
  });

  test('files renamed or linked in, links to files, empty files, odd names and the last content of each', async (t) => {
    const script = `${SHELL}
echo renamed > ../outside; mv ../outside renamed
mkdir ../folder; echo deep > ../folder/deep; mv ../folder folder
echo linked > ../other; ln ../other hard; ln -s ../other soft; ln -s . circle
: > empty
echo odd > 'a b #?%20&=+;é日本🚀'
for i in 1 2 3 4 5; do echo $i > rewritten; echo $i > new; mv new replaced; sleep 0.3; done
wait a`;
    const { s3, job } = await startS3Job(t, shellJob(script));
    const expected = [
      'a b #?%20&=+;é日本🚀',
      'empty',
      'folder/deep',
      'hard',
      'renamed',
      'replaced',
      'rewritten',
      'soft',
    ];
    await untilListed(s3, ...expected);
    goOn(job, 'a');
    const result = await job.ended;
    assert.equal(result.code, 0, result.stderr);
    assert.deepEqual(
      (await names(s3)).filter((name) => name !== 'new'),
      expected,
    );
    const contents = await Promise.all(expected.map((name) => content(s3, name)));
    assert.deepEqual(contents, ['odd\n', '', 'deep\n', 'linked\n', 'renamed\n', '5\n', '5\n', 'linked\n']);
  });

  test('after a failure everything is uploaded, and the exit code stays that of the program', async (t) => {
    const { s3, job } = await startS3Job(
      t,
      shellJob(`${SHELL} echo 1 > a; mkdir d; echo 2 > d/b; echo broke >&2; exit 7`),
    );
    const result = await job.ended;
    assert.equal(result.code, 7);
    assert.match(result.failure ?? '', /ErrorMessage "broke/);
    assert.deepEqual(await names(s3), ['a', 'd/b']);
  });

  test('a script that writes the failure file itself does not end the uploads', async (t) => {
    const script = `${SHELL} echo mine > ../failure; echo 1 > early; wait a; echo 2 > later; exit 1`;
    const { s3, job } = await startS3Job(t, shellJob(script));
    await untilListed(s3, 'early');
    goOn(job, 'a');
    const result = await job.ended;
    assert.deepEqual([result.code, result.failure], [1, 'mine\n']);
    assert.deepEqual(await names(s3), ['early', 'later']);
  });

  test('after SIGTERM, what the program saves is uploaded within the grace period', async (t) => {
    const script = `${SHELL} trap 'echo 3 > saved; exit 0' TERM; echo ready; while :; do sleep 0.05; done`;
    const { s3, job } = await startS3Job(t, shellJob(script));
    await job.seen('ready');
    job.child.kill('SIGTERM');
    const result = await job.ended;
    assert.equal(result.code, 0, result.stderr);
    assert.deepEqual(await names(s3), ['saved']);
  });

  test('after SIGTERM, what a program leaves that does not handle it is uploaded too', async (t) => {
    const { s3, job } = await startS3Job(t, shellJob(`${SHELL} exec 5> log; echo line >&5; echo ready; sleep 60`));
    await job.seen('ready');
    job.child.kill('SIGTERM');
    const result = await job.ended;
    assert.equal(result.code, 143);
    assert.equal(await content(s3, 'log'), 'line\n');
  });

  test('a program that is killed at the end of the grace period leaves no time: what is missing is named', async (t) => {
    const script = `${SHELL} trap '' TERM; exec 5> log; echo ready; while :; do sleep 0.05; done`;
    const { job } = await startS3Job(t, shellJob(script), { OPTML_STOP_GRACE_SECONDS: '1' });
    await job.seen('ready');
    job.child.kill('SIGTERM');
    const result = await job.ended;
    assert.equal(result.code, 137);
    assert.match(result.stderr, /1 file NOT uploaded; .*\n {2}"log" \(0 bytes\): the time to stop was over/);
  });

  test('is uploaded while the model is packed, and success comes after both', async (t) => {
    const script = `${SHELL} echo 1 > a; echo m > "$SM_MODEL_DIR/m"`;
    const { s3, job } = await startS3Job(t, shellJob(script), { OPTML_PACKAGE: 'always' });
    const result = await job.ended;
    assert.equal(result.isSuccess, true, result.stderr);
    assert.deepEqual(await names(s3), ['a']);
    const order = [
      ...result.stderr.matchAll(/Model artifacts:|Intermediate output: 1 file |Reporting training SUCCESS/g),
    ];
    assert.deepEqual([order.length, order.at(-1)?.[0]], [3, 'Reporting training SUCCESS']);
  });

  test('without TRAINING_JOB_NAME the keys have the name of sagemaker_job_name', async (t) => {
    const hyperparameters = { ...OUTPUT, sagemaker_job_name: '"named"' };
    const { s3, job } = await startS3Job(t, shellJob(`${SHELL} echo 1 > a`, { hyperparameters }), {
      TRAINING_JOB_NAME: '',
    });
    assert.equal((await job.ended).code, 0);
    assert.deepEqual(await s3.keys(), ['out/named/output/intermediate/a']);
  });

  test('a job that writes nothing there reports it', async (t) => {
    const { s3, job } = await startS3Job(t, shellJob('true'));
    const result = await job.ended;
    assert.equal(result.code, 0);
    assert.match(result.stderr, /Intermediate output: 0 files \(0 bytes\) uploaded/);
    assert.deepEqual(await s3.keys(), []);
  });

  test('file:// uploads nothing; another scheme fails before the program starts', async (t) => {
    const local = start(
      t,
      shellJob(`${SHELL} echo 1 > a; echo ran`, { hyperparameters: { sagemaker_s3_output: '"file:///tmp/x"' } }),
      {},
    );
    const refused = start(t, shellJob('echo ran', { hyperparameters: { sagemaker_s3_output: '"https://x/y"' } }), {});
    const [first, second] = await Promise.all([local.ended, refused.ended]);
    assert.deepEqual([first.code, first.stdout], [0, 'ran\n'], first.stderr);
    assert.doesNotMatch(first.stderr, /Intermediate output:/);
    assert.deepEqual([second.code, second.stdout], [1, '']);
    assert.match(second.failure ?? '', /^UserError OUTPUT_LOCATION_INVALID: /);
  });

  test('a folder that is there before the start is not uploaded, and that is said', async (t) => {
    const { s3, job } = await startS3Job(
      t,
      shellJob(`${SHELL} echo 1 > b`, { files: { 'output/intermediate/a': '' } }),
    );
    const result = await job.ended;
    assert.equal(result.code, 0);
    assert.match(result.stderr, /intermediate was there before the start: it is not uploaded/);
    assert.deepEqual(await s3.keys(), []);
  });
});

describe('intermediate output with a failing S3 (C56)', { concurrency: 4 }, () => {
  test('a bucket that does not exist costs no time, and no success: the files are named', async (t) => {
    const s3 = await startS3(t);
    await s3.removeBucket();
    const job = start(t, shellJob(`${SHELL} echo 1 > a; mkdir d; echo 22 > d/b`), s3.variables);
    const result = await job.ended;
    assert.deepEqual([result.code, result.isSuccess], [0, true], result.stderr);
    assert.match(
      result.stderr,
      /: 2 files NOT uploaded; 0 files .*\n {2}"a" \(2 bytes\): .+\n {2}"d\/b" \(3 bytes\): .+\n/,
    );
    assert.match(result.stderr, /uploading fails, and is tried again later\.\nUserError S3_NOT_FOUND: /);
  });

  const FAULTS: Readonly<Record<string, (t: TestContext) => Promise<string>>> = {
    'refuses connections': () => refusingEndpoint(),
    'answers with errors': (t) =>
      startStandInS3(t, (request, response) => {
        request.resume();
        request.on('end', () => response.writeHead(500).end());
      }),
    'never answers': (t) => startStandInS3(t, (request) => request.resume()),
  };
  for (const [title, endpointOf] of Object.entries(FAULTS)) {
    test(`an S3 that ${title} stalls no training; after a stop the files are named and the job stays finished`, async (t) => {
      const variables = { ...s3Variables(await endpointOf(t)), OPTML_STOP_GRACE_SECONDS: '2' };
      // Longer than it takes to begin an upload.
      const script = `${SHELL} trap '' TERM; for i in 1 2 3 4 5 6 7 8; do echo $i > $i; done; sleep 2.5; echo last > last; echo ended`;
      const job = start(t, shellJob(script), variables);
      await job.seen('ended');
      job.child.kill('SIGTERM');
      const result = await job.ended;
      assert.deepEqual([result.code, result.isSuccess], [0, true], result.stderr);
      assert.match(result.stderr, /: 9 files NOT uploaded; 0 files \(0 bytes\) uploaded to /);
      for (const name of [1, 2, 3, 4, 5, 6, 7, 8, 'last'])
        assert.match(result.stderr, new RegExp(`\n {2}"${name}" \\(\\d bytes\\): .`));
      assert.ok([...result.stderr.matchAll(/uploading fails/g)].length <= 1, 'one warning');
    });
  }

  test('what failed is uploaded when S3 is back', async (t) => {
    let isBroken = true;
    const bodies = new Map<string, string>();
    const endpoint = await startStandInS3(t, (request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => {
        body += chunk.toString('latin1');
      });
      request.on('end', () => {
        if (!isBroken) bodies.set(request.url ?? '', body);
        // S3 says what it has.
        const checksum = request.headers['x-amz-checksum-crc32'] ?? '';
        response.writeHead(isBroken ? 503 : 200, { ETag: '"e"', 'x-amz-checksum-crc32': checksum }).end();
      });
    });
    const job = start(t, shellJob(`${SHELL} echo 1 > a; wait a`), s3Variables(endpoint), QUICK_RETRIES);
    await job.seen('uploading fails, and is tried again later');
    isBroken = false;
    goOn(job, 'a');
    const result = await job.ended;
    assert.equal(result.code, 0, result.stderr);
    assert.match(result.stderr, /Intermediate output: 1 file \(2 bytes\) uploaded/);
    assert.match([...bodies.keys()].join(), /\/bucket\/out\/job-7\/output\/intermediate\/a/);
  });
});
