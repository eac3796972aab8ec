// A hostile service in place of SageMaker and CloudWatch Logs: nothing hangs, every error says that the answer is not one of
// AWS, and nothing that it answers reaches a terminal as it is.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { isOptmlError } from '../../../src/errors/error.ts';
import type { CloudSettings } from '../../../src/estimator/cloud/open-cloud-platform.ts';
import { temporaryFolder } from '../../support/job.ts';
import {
  type CloudScript,
  endedJob,
  type Fault,
  type ScriptedRequest,
  scriptedJob,
  startScriptedCloud,
} from '../support/scripted-cloud.ts';
import { allUpdates, hostEvents, linesOf, platformAt } from '../support/scripted-platform.ts';
import { optml } from '../support/submit-place.ts';

const STREAM = 'job/algo-1-1700000000';
const ESCAPES = '\u001b[31mred\u001b]0;title\u0007\u009b2J';
// Control characters as bytes of UTF-8 or alone.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const OBEYED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;

type Answer = Record<string, unknown>;

/** A cloud whose DescribeTrainingJob answers an ended job with these members. */
function describing(members: Answer): Partial<CloudScript> {
  return { job: { ...endedJob(scriptedJob()), ...members } };
}

/** All commands that read a job, at such a cloud. */
async function commandsAt(t: TestContext, script: Partial<CloudScript>) {
  const { url } = await startScriptedCloud(t, script);
  const dir = temporaryFolder(t);
  const variables = {
    ...{ PATH: process.env['PATH'], HOME: dir, AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL: url },
    ...{ AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' },
  };
  const commands = [
    ['describe', 'job', '--cloud'],
    ['attach', 'job'],
    ['logs', 'job', '--cloud'],
  ];
  return Promise.all(commands.map((args) => optml({ dir, variables }, args)));
}

test('escapes in statuses, names, messages and reasons are shown as text', async (t) => {
  const job = endedJob(scriptedJob());
  const transitions = job['SecondaryStatusTransitions'] as readonly object[];
  const [described, attached] = await commandsAt(t, {
    job: {
      ...job,
      TrainingJobStatus: 'Failed',
      SecondaryStatus: ESCAPES,
      SecondaryStatusTransitions: [...transitions, { Status: ESCAPES, StartTime: 1e9, StatusMessage: ESCAPES }],
      FailureReason: ESCAPES,
      TrainingJobArn: ESCAPES,
      RoleArn: ESCAPES,
      HyperParameters: { [ESCAPES]: ESCAPES },
      AlgorithmSpecification: { TrainingImage: ESCAPES },
      FinalMetricDataList: [{ MetricName: ESCAPES, Value: 1, Timestamp: 1e9 }],
      OutputDataConfig: { S3OutputPath: ESCAPES },
    },
    streams: new Map([[`job/${ESCAPES}-1`, hostEvents('algo-1', 1)]]),
  });
  assert.deepEqual([described?.code, attached?.code], [0, 1]);
  for (const { stdout, stderr } of [described, attached].filter((result) => result !== undefined)) {
    assert.match(stdout + stderr, /\\x1b\[31mred\\x1b\]0;title\\x07\\x9b2J/);
    assert.doesNotMatch(stdout + stderr, OBEYED);
  }
});

const MISSHAPEN: Readonly<Record<string, Answer>> = {
  'no member at all': Object.fromEntries(Object.keys(endedJob(scriptedJob())).map((name) => [name, undefined])),
  'dates as text': { CreationTime: 'yesterday' },
  'times before all time': { CreationTime: -1e18 },
  'times after all time': { TrainingEndTime: 1e300 },
  'transitions as text': { SecondaryStatusTransitions: 'none' },
  'transitions that are none': { SecondaryStatusTransitions: [null, 3, {}] },
  'hyperparameters as a list': { HyperParameters: [1] },
  'metrics as an object': { FinalMetricDataList: {} },
  'metric definitions as text': { AlgorithmSpecification: { MetricDefinitions: 'loss' } },
  'a thousand million hosts': { ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1e9 } },
  'a negative number of seconds': { BillableTimeInSeconds: -5 },
  'the location of the model as a number': { ModelArtifacts: { S3ModelArtifacts: 7 } },
};

for (const [name, members] of Object.entries(MISSHAPEN)) {
  test(`${name}: one error, which names the member`, async (t) => {
    const cloud = await startScriptedCloud(t, describing(members));
    const platform = platformAt(t, cloud);
    for (const ask of [() => platform.describe('job'), () => platform.wait('job')]) {
      await assert.rejects(ask(), (error) => {
        assert.ok(isOptmlError(error), String(error));
        assert.equal(error.code, 'AWS_FAILED');
        assert.match(error.message, /not one of AWS: \w+.*: expected |Expected real number/);
        assert.doesNotMatch(error.message, /Deserialization|\n/);
        return true;
      });
    }
    assert.equal(cloud.requests.length, 2, 'another attempt would get the same answer');
  });
}

test('missing optional members are no error', async (t) => {
  const { TrainingJobArn, TrainingJobStatus, CreationTime } = endedJob(scriptedJob());
  const { job } = describing({});
  const nothing = Object.fromEntries(Object.keys(job ?? {}).map((name) => [name, null]));
  const cloud = await startScriptedCloud(t, {
    job: { ...nothing, TrainingJobArn, TrainingJobStatus, CreationTime },
  });
  const updates = await allUpdates(platformAt(t, cloud).follow('job'));
  assert.equal(updates.at(-1)?.type, 'end');
});

test('a failure reason of 20 MB is cut as SageMaker cuts it', async (t) => {
  const results = await commandsAt(
    t,
    describing({ TrainingJobStatus: 'Failed', FailureReason: 'x\n'.repeat(5 << 20) }),
  );
  assert.deepEqual(
    results.map(({ code }) => code),
    [0, 1, 0],
  );
  for (const { stdout, stderr } of results) assert.ok(stdout.length + stderr.length < 20_000);
});

const ANSWERS: Readonly<Record<string, Fault>> = {
  'an answer of 50 MB': { type: 'raw', status: 200, body: JSON.stringify({ x: 'y'.repeat(50 << 20) }) },
  'a page of HTML with status 200': { type: 'raw', status: 200, body: '<html>Sign in</html>' },
  'a redirect': { type: 'raw', status: 302, body: '', headers: { location: 'http://127.0.0.1:1/' } },
  'an error without a code': { type: 'raw', status: 400, body: '{}' },
};

for (const [name, fault] of Object.entries(ANSWERS)) {
  test(`${name} is an error of the service`, async (t) => {
    const cloud = await startScriptedCloud(t, { job: scriptedJob(), faultOf: () => fault });
    const asked = platformAt(t, cloud, { retry: { attempts: 2, firstWaitMs: 1, lastWaitMs: 1 } }).describe('job');
    await assert.rejects(asked, (error) => isOptmlError(error) && /^AWS_/.test(error.code));
  });
}

test('an answer that drips ends with the signal', async (t) => {
  const cloud = await startScriptedCloud(t, { job: scriptedJob(), faultOf: () => ({ type: 'drip' }) });
  const aborter = new AbortController();
  cloud.onRequest = () => setImmediate(() => aborter.abort(new Error('enough')));
  await assert.rejects(allUpdates(platformAt(t, cloud).follow('job', { signal: aborter.signal })), /enough/);
});

/** Pages of two tokens in turn. */
const inTurn = ({ input: { nextToken } }: ScriptedRequest) => (nextToken === 'A' ? 'B' : 'A');
const EVENT = { timestamp: Date.now(), message: 'again', ingestionTime: Date.now() };
let counter = 0;

const PAGES: Readonly<Record<string, (request: ScriptedRequest, answer: Answer) => Answer>> = {
  'pages of events by two tokens in turn': (request, answer) =>
    request.operation === 'GetLogEvents' ? { events: [EVENT], nextForwardToken: inTurn(request) } : answer,
  'empty pages by two tokens in turn': (request, answer) =>
    request.operation === 'GetLogEvents' ? { events: [], nextForwardToken: inTurn(request) } : answer,
  'pages of streams by two tokens in turn': (request, answer) =>
    request.operation === 'DescribeLogStreams' ? { ...answer, nextToken: inTurn(request) } : answer,
  'pages of streams without end': ({ operation }, answer) =>
    operation === 'DescribeLogStreams' ? { ...answer, nextToken: String(++counter) } : answer,
  'other streams each time': ({ operation }, answer) =>
    operation === 'DescribeLogStreams'
      ? { logStreams: Array.from({ length: 30_000 }, () => ({ logStreamName: `job/algo-1-${++counter}` })) }
      : answer,
};

for (const [name, answerOf] of Object.entries(PAGES)) {
  test(`${name} are an error`, async (t) => {
    const cloud = await startScriptedCloud(t, { job: scriptedJob(), streams: new Map([[STREAM, []]]), answerOf });
    await assert.rejects(allUpdates(platformAt(t, cloud).follow('job')), (error) => {
      assert.ok(isOptmlError(error), String(error));
      assert.match(error.message, /cannot read the logs of training job "job": the service answers /);
      return true;
    });
  });
}

const NO_PAGES: Readonly<Record<string, (request: ScriptedRequest, answer: Answer) => Answer>> = Object.fromEntries(
  (
    [
      ['DescribeLogStreams', { logStreams: 'text' }],
      ['DescribeLogStreams', { logStreams: [null, 3, { logStreamName: 7 }] }],
      ['DescribeLogStreams', { logStreams: { a: 1 } }],
      ['GetLogEvents', { events: 'text' }],
      ['GetLogEvents', { events: [null, 3] }],
      ['GetLogEvents', { events: [{ timestamp: 'now', message: 5 }] }],
      ['GetLogEvents', { events: [{ timestamp: -1e300, message: {} }] }],
      ['GetLogEvents', { events: [{ message: 'without a time' }], nextForwardToken: 5 }],
    ] as const
  ).map(([name, members]) => [
    `${name} ${JSON.stringify(members)}`,
    ({ operation }: ScriptedRequest, answer: Answer) => (operation === name ? { ...answer, ...members } : answer),
  ]),
);

for (const [name, answerOf] of Object.entries(NO_PAGES)) {
  test(`the job is followed to its end, or there is one error of the service: ${name}`, async (t) => {
    const job = endedJob(scriptedJob());
    const cloud = await startScriptedCloud(t, { job, streams: new Map([[STREAM, []]]), answerOf });
    try {
      const updates = await allUpdates(platformAt(t, cloud).follow('job'));
      assert.equal(updates.at(-1)?.type, 'end');
    } catch (error) {
      assert.ok(isOptmlError(error), String(error));
      assert.equal(error.code, 'AWS_FAILED', String(error));
    }
  });
}

test('an account that is no number of an account is an error', async (t) => {
  const form = (account: string) =>
    `<GetCallerIdentityResponse><GetCallerIdentityResult><Account>${account}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`;
  for (const account of ['../../x', '', '12345678901234']) {
    const cloud = await startScriptedCloud(t, { faultOf: () => ({ type: 'raw', status: 200, body: form(account) }) });
    await assert.rejects(platformAt(t, cloud).accountId(), { code: 'AWS_FAILED' });
  }
  const cloud = await startScriptedCloud(t, {
    faultOf: () => ({ type: 'raw', status: 200, body: form('123456789012') }),
  });
  assert.equal(await platformAt(t, cloud).accountId(), '123456789012');
});

test('a long log of pages with tokens of their own is read to its end', async (t) => {
  const cloud = await startScriptedCloud(t, {
    job: endedJob(scriptedJob()),
    streams: new Map([[STREAM, hostEvents('algo-1', 500)]]),
  });
  // Pages of one event.
  cloud.answerOf = ({ operation, input: { nextToken = 'f/0' } }, answer) => {
    if (operation !== 'GetLogEvents') return answer;
    const at = Number(String(nextToken).slice(2));
    const event = cloud.streams.get(STREAM)?.[at];
    return { events: event === undefined ? [] : [event], nextForwardToken: `f/${event === undefined ? at : at + 1}` };
  };
  assert.equal(linesOf(await allUpdates(platformAt(t, cloud).follow('job'))).length, 500);
});

/** A job that has ended, whose log gets one more line with each look. `timeOf`: the time of that line. */
async function followEndless(t: TestContext, timeOf: () => number, settings: Partial<CloudSettings> = {}) {
  const warnings: string[] = [];
  const cloud = await startScriptedCloud(t, { job: endedJob(scriptedJob()), streams: new Map([[STREAM, []]]) });
  cloud.onRequest = ({ operation }) => {
    if (operation === 'GetLogEvents') cloud.streams.get(STREAM)?.push({ timestamp: timeOf(), message: 'more' });
  };
  const log = { warn: (message: string) => warnings.push(message), debug: () => undefined };
  const updates = await allUpdates(platformAt(t, cloud, { log, ...settings }).follow('job'));
  assert.equal(updates.at(-1)?.type, 'end');
  assert.ok(linesOf(updates).length > 0);
  assert.match(warnings.join('\n'), /^the logs of job job go on after its end: the rest is not shown\. Read it with/);
}

test('a log that grows without end after the end of the job is left after a time', async (t) => {
  const pace = { leastMs: 1, mostMs: 5, perStreamMs: 0, quietMs: 1000, missingMs: 1000, afterEndMs: 300 };
  await followEndless(t, () => Date.now(), { pace });
});

test('a log is left at a line that is younger than the end of the job by an hour', async (t) => {
  let lines = 0;
  await followEndless(t, () => Date.now() + (++lines > 5 ? 3_600_000 : 0));
});

test('a job that becomes another one is an error', async (t) => {
  const cloud = await startScriptedCloud(t, { job: scriptedJob() });
  cloud.onRequest = ({ operation, count }) => {
    if (operation === 'DescribeTrainingJob' && count === 2 && cloud.job !== undefined) {
      cloud.job['TrainingJobArn'] = 'arn:aws:sagemaker:eu-west-1:666666666666:training-job/job';
    }
  };
  const expected = {
    code: 'AWS_FAILED',
    message: /and the service now shows arn:aws:sagemaker:eu-west-1:666666666666/,
  };
  await assert.rejects(allUpdates(platformAt(t, cloud).follow('job')), expected);
});

test('an unknown status is followed until the job ends', async (t) => {
  const cloud = await startScriptedCloud(t, { job: scriptedJob({ TrainingJobStatus: 'Paused' }) });
  cloud.onRequest = ({ operation, count }) => {
    if (operation === 'DescribeTrainingJob' && count === 3 && cloud.job !== undefined) cloud.job = endedJob(cloud.job);
  };
  assert.equal((await platformAt(t, cloud).wait('job')).TrainingJobStatus, 'Completed');
});
