// Following a job while the cloud fails: each line and status once, in any case.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isOptmlError } from '../../../src/errors/error.ts';
import { temporaryFolder } from '../../support/job.ts';
import {
  type CloudScript,
  endedJob,
  type Fault,
  type ScriptedCloud,
  type ScriptedRequest,
  scriptedJob,
  startScriptedCloud,
} from '../support/scripted-cloud.ts';
import { allUpdates, hostEvents, linesOf, platformAt } from '../support/scripted-platform.ts';

const HOSTS = ['algo-1', 'algo-2', 'algo-3'];
const LINES = 40;

/** A job of three hosts that write while it is followed, and that ends at the fifth look. */
function writingJob(): Partial<CloudScript> {
  const resources = { InstanceType: 'ml.m5.large', InstanceCount: 3, VolumeSizeInGB: 1 };
  const all = new Map(HOSTS.map((host) => [`job/${host}-1700000000`, hostEvents(host, LINES)]));
  const streams = new Map([...all].map(([name, events]) => [name, events.slice(0, 5)]));
  return {
    job: scriptedJob({ ResourceConfig: resources }),
    streams,
    onRequest(this: ScriptedCloud, { operation, count }: ScriptedRequest) {
      if (operation !== 'DescribeTrainingJob' || this.job?.['TrainingJobStatus'] !== 'InProgress') return;
      for (const [name, events] of all) streams.set(name, events.slice(0, 5 + count * 8));
      if (count >= 5) this.job = endedJob(this.job);
    },
  };
}

const EXPECTED = HOSTS.flatMap((host) => hostEvents(host, LINES).map(({ message }) => message)).sort();

/** Follows the job through faults. Its lines must be complete, and in order for each host. */
async function assertComplete(t: Parameters<typeof platformAt>[0], script: Partial<CloudScript>): Promise<void> {
  const cloud = await startScriptedCloud(t, { ...writingJob(), ...script });
  const updates = await allUpdates(platformAt(t, cloud).follow('job'));
  const lines = linesOf(updates);
  assert.deepEqual(lines.toSorted(), EXPECTED);
  for (const host of HOSTS) {
    const own = lines.filter((line) => line.startsWith(`${host} `));
    assert.deepEqual(
      own,
      hostEvents(host, LINES).map(({ message }) => message),
      host,
    );
  }
  const statuses = updates.flatMap((update) => (update.type === 'status' ? [update.secondaryStatus] : []));
  assert.deepEqual(statuses, ['Starting', 'Training', 'Completed']);
  assert.equal(updates.at(-1)?.type, 'end');
}

/** A fault for each nth request of any kind. */
function everyNth(n: number, fault: Fault): Partial<CloudScript> {
  let requests = 0;
  return { faultOf: () => (++requests % n === 0 ? fault : undefined) };
}

const FAULTS: Readonly<Record<string, Fault>> = {
  'throttled requests': { type: 'refuse', code: 'ThrottlingException', message: 'Rate exceeded' },
  'internal errors': { type: 'refuse', status: 500, code: 'InternalFailure' },
  'connections that end before the answer': { type: 'drop request' },
  'connections that end in the answer': { type: 'drop answer' },
  'pages of a proxy instead of answers': { type: 'raw', status: 502, body: '<html>Bad gateway</html>' },
  'answers that are not JSON': { type: 'raw', status: 200, body: '{"events": [' },
};

for (const [name, fault] of Object.entries(FAULTS)) {
  test(`${name} lose and repeat nothing`, (t) => assertComplete(t, everyNth(3, fault)));
}

for (const [name, fault] of Object.entries({
  throttling: FAULTS['throttled requests'],
  'a network that is away': FAULTS['connections that end before the answer'],
})) {
  test(`${name} for longer than other requests are repeated does not end the following of a job`, async (t) => {
    let requests = 0;
    const faultOf = () => (++requests > 10 && requests < 40 ? fault : undefined);
    const cloud = await startScriptedCloud(t, { ...writingJob(), faultOf });
    const platform = platformAt(t, cloud, { retry: { attempts: 2, firstWaitMs: 5, lastWaitMs: 5 } });
    assert.equal(linesOf(await allUpdates(platform.follow('job'))).length, EXPECTED.length);
  });
}

test('events of a page whose token stays the same while it grows are read once', (t) =>
  assertComplete(t, {
    answerOf: ({ operation, input: { nextToken } }, answer) =>
      operation === 'GetLogEvents' && nextToken !== undefined ? { ...answer, nextForwardToken: nextToken } : answer,
  }));

test('empty pages with new tokens do not end a stream', (t) => {
  let empty = 0;
  return assertComplete(t, {
    answerOf: ({ operation, input }, answer) => {
      if (operation !== 'GetLogEvents' || input['nextToken'] === undefined || ++empty % 2 === 0) return answer;
      const isEnd = answer['nextForwardToken'] === input['nextToken'];
      // The same place, by another spelling of the token.
      const token = String(input['nextToken']).replace('f/', 'f/0');
      return isEnd ? answer : { ...answer, events: [], nextForwardToken: token };
    },
  });
});

test('a token that has expired is replaced by the time of the last event', (t) => {
  const expired = new Set<unknown>();
  return assertComplete(t, {
    faultOf: ({ operation, input }) => {
      const { nextToken, logStreamName } = input;
      if (operation !== 'GetLogEvents' || nextToken === undefined || nextToken === 'f/0') return undefined;
      if (expired.has(logStreamName)) return undefined;
      expired.add(logStreamName);
      return { type: 'refuse', code: 'InvalidParameterException', message: 'The specified nextToken is invalid.' };
    },
  });
});

test('a stream that appears after the end of the job is read', async (t) => {
  const cloud = await startScriptedCloud(t, { job: endedJob(scriptedJob()) });
  cloud.onRequest = ({ operation, count }) => {
    if (operation === 'DescribeLogStreams' && count === 5) cloud.streams.set('job/algo-1-1', hostEvents('algo-1', 3));
  };
  const updates = await allUpdates(platformAt(t, cloud).follow('job'));
  assert.deepEqual(linesOf(updates), ['algo-1 line 0', 'algo-1 line 1', 'algo-1 line 2']);
});

test('lines that arrive after the end of the job are waited for until the logs are silent', async (t) => {
  const events = hostEvents('algo-1', 20);
  const cloud = await startScriptedCloud(t, {
    job: endedJob(scriptedJob()),
    streams: new Map([['job/algo-1-1', events.slice(0, 1)]]),
  });
  cloud.onRequest = ({ operation, count }) => {
    if (operation === 'DescribeLogStreams') cloud.streams.set('job/algo-1-1', events.slice(0, count));
  };
  const updates = await allUpdates(platformAt(t, cloud).follow('job'));
  assert.equal(linesOf(updates).length, 20);
});

test('a host without a log stream is waited for only so long', async (t) => {
  const cloud = await startScriptedCloud(t, { job: endedJob(scriptedJob()) });
  const updates = await allUpdates(platformAt(t, cloud).follow('job'));
  assert.deepEqual(
    updates.map(({ type }) => type),
    ['status', 'status', 'status', 'end'],
  );
});

test('credentials that expire while a job is followed are read again from the profile', async (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'credentials');
  const write = (key: string) =>
    writeFileSync(file, `[work]\naws_access_key_id = ${key}\naws_secret_access_key = secret\n`);
  write('AKIDFIRST');
  const script = writingJob();
  const cloud = await startScriptedCloud(t, {
    ...script,
    faultOf: ({ operation, count, authorization }) => {
      if (operation === 'GetLogEvents' && count === 7) write('AKIDSECOND');
      const isOver = cloud.requests.length > 12 && authorization.includes('AKIDFIRST');
      return isOver ? { type: 'refuse', code: 'ExpiredTokenException' } : undefined;
    },
  });
  const variables = { AWS_PROFILE: 'work', AWS_SHARED_CREDENTIALS_FILE: file, AWS_REGION: 'eu-west-1', HOME: folder };
  const platform = platformAt(t, cloud, { variables: { ...variables, AWS_ENDPOINT_URL: cloud.url } });
  const updates = await allUpdates(platform.follow('job'));
  assert.deepEqual(linesOf(updates).toSorted(), EXPECTED);
  assert.ok(cloud.requests.some(({ authorization }) => authorization.includes('AKIDSECOND')));
});

test('keys of the environment that have expired end the wait and say what to do', async (t) => {
  const cloud = await startScriptedCloud(t, {
    ...writingJob(),
    faultOf: ({ count, operation }) =>
      operation === 'DescribeTrainingJob' && count > 1 ? { type: 'refuse', code: 'ExpiredTokenException' } : undefined,
  });
  await assert.rejects(platformAt(t, cloud).wait('job'), (error) => {
    assert.ok(isOptmlError(error));
    assert.equal(error.code, 'AWS_REFUSED');
    assert.match(error.fix ?? '', /^Renew the credentials/);
    return true;
  });
});

test('a job whose creation was answered by a broken connection is created once', async (t) => {
  const cloud = await startScriptedCloud(t, {
    faultOf: ({ operation, count }) =>
      operation === 'CreateTrainingJob' && count === 1 ? { type: 'drop answer' } : undefined,
  });
  const { TrainingJobArn } = await platformAt(t, cloud).start({
    TrainingJobName: 'job',
    OutputDataConfig: { S3OutputPath: 's3://bucket/output' },
    HyperParameters: { a: '1' },
  });
  assert.equal(TrainingJobArn, 'arn:aws:sagemaker:eu-west-1:123456789012:training-job/job');
});

test('the name of another job is in use, also after a broken connection', async (t) => {
  const cloud = await startScriptedCloud(t, {
    job: scriptedJob({ RoleArn: 'another' }),
    faultOf: ({ operation, count }) =>
      operation === 'CreateTrainingJob' && count === 1 ? { type: 'drop request' } : undefined,
  });
  const request = { TrainingJobName: 'job', OutputDataConfig: { S3OutputPath: 's3://bucket/output' } };
  await assert.rejects(platformAt(t, cloud).start(request), { code: 'JOB_NAME_IN_USE' });
});

test('a stop whose answer was lost is no error', async (t) => {
  const cloud = await startScriptedCloud(t, {
    job: scriptedJob(),
    faultOf: ({ operation, count }) =>
      operation === 'StopTrainingJob' && count === 1 ? { type: 'drop answer' } : undefined,
  });
  await platformAt(t, cloud).stop('job');
  assert.equal(cloud.job?.['TrainingJobStatus'], 'Stopping');
});

for (const [what, fault] of [
  ['an answer that does not come', { type: 'hang' }],
  ['a request that is repeated', { type: 'refuse', code: 'ThrottlingException' }],
] as const) {
  test(`an abort ends ${what}, with its reason`, async (t) => {
    const stopped = new AbortController();
    const cloud = await startScriptedCloud(t, {
      ...writingJob(),
      faultOf: ({ operation }) => {
        if (operation !== 'GetLogEvents') return undefined;
        setImmediate(() => stopped.abort(new Error('enough')));
        return fault;
      },
    });
    const retry = { attempts: 3, firstWaitMs: 60_000, lastWaitMs: 60_000 };
    const platform = platformAt(t, cloud, { retry });
    await assert.rejects(allUpdates(platform.follow('job', { signal: stopped.signal })), { message: 'enough' });
  });
}

test('a job of 30 hosts that is followed with a signal causes no warning of Node', async (t) => {
  const hosts = Array.from({ length: 30 }, (_, index) => `algo-${index + 1}`);
  const streams = new Map(hosts.map((host) => [`job/${host}-1`, hostEvents(host, 3)]));
  const cloud = await startScriptedCloud(t, { job: endedJob(scriptedJob()), streams });
  const warnings: string[] = [];
  const onWarning = ({ name }: Error) => void warnings.push(name);
  process.on('warning', onWarning);
  t.after(() => process.off('warning', onWarning));
  const updates = platformAt(t, cloud).follow('job', { signal: new AbortController().signal });
  assert.equal(linesOf(await allUpdates(updates)).length, 90);
  assert.deepEqual(
    warnings.filter((name) => name === 'MaxListenersExceededWarning'),
    [],
  );
});

test('an abort ends the wait between two looks, and the job goes on', async (t) => {
  const cloud = await startScriptedCloud(t, { job: scriptedJob() });
  const stopped = new AbortController();
  const pace = { leastMs: 60_000, mostMs: 60_000, perStreamMs: 0, quietMs: 0, missingMs: 0, afterEndMs: 0 };
  const waiting = platformAt(t, cloud, { pace }).wait('job', stopped.signal);
  cloud.onRequest = () => setImmediate(() => stopped.abort(new Error('enough')));
  await assert.rejects(waiting, { message: 'enough' });
  assert.ok(!cloud.requests.some(({ operation }) => operation === 'StopTrainingJob'));
});
