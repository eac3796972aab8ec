import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { logsService } from '../../../src/endpoint/logs/logs-service.ts';
import type { JobStore } from '../../../src/jobs/job-store.ts';
import { moved } from '../../../src/jobs/transitions.ts';
import { temporaryFolder } from '../../support/job.ts';
import { CREATED, endedRecord, newRecord } from '../../support/records.ts';
import { callJson } from '../support/call-service.ts';
import { putJob, storeIn, type Written } from '../support/logged-jobs.ts';

const GROUP = '/aws/sagemaker/TrainingJobs';
const TRAINING = CREATED + 3500;
const SECOND = Math.floor(TRAINING / 1000);

interface Event {
  readonly timestamp: number;
  readonly message: string;
  readonly logStreamName?: string;
  readonly eventId?: string;
}

interface Answer {
  readonly events: readonly Event[];
  readonly logStreams: readonly { readonly logStreamName: string; readonly lastEventTimestamp?: number }[];
  readonly logGroups: readonly { readonly logGroupName: string }[];
  readonly nextToken?: string;
  readonly nextForwardToken: string;
  readonly nextBackwardToken: string;
  readonly message: string;
  readonly __type: string;
}

function asking(store: JobStore) {
  const service = logsService(store);
  return async (operation: string, input: object): Promise<Answer> => {
    const { output } = await callJson(service, `Logs_20140328.${operation}`, { logGroupName: GROUP, ...input });
    return output as unknown as Answer;
  };
}

/** A job of two hosts with these lines. */
async function job(t: TestContext, written: readonly Written[], name = 'job') {
  const store = storeIn(temporaryFolder(t));
  await putJob(store, endedRecord(name, { hosts: ['algo-1', 'algo-2'] }), { written });
  return { store, ask: asking(store) };
}

const messages = ({ events }: Answer) => events.map(({ message }) => message);
const numbered = (host: string, count: number): Written[] =>
  Array.from({ length: count }, (_, index) => [host, TRAINING + index * 20, `line ${index}\n`]);

test('a job has a stream for each host, also for one that writes nothing', async (t) => {
  const { ask } = await job(t, [['algo-1', TRAINING + 5, 'hello\n']]);
  const { logStreams } = await ask('DescribeLogStreams', { logStreamNamePrefix: 'job/' });
  const names = logStreams.map(({ logStreamName }) => logStreamName);
  assert.deepEqual(names, [`job/algo-1-${SECOND}`, `job/algo-2-${SECOND}`]);
  assert.deepEqual(
    logStreams.map(({ lastEventTimestamp }) => lastEventTimestamp),
    [TRAINING + 5, undefined],
  );
});

test('each attempt of a job has streams of its own, with the lines of that attempt', async (t) => {
  const store = storeIn(temporaryFolder(t));
  let record = moved(newRecord('spot'), 'Downloading', undefined, CREATED + 1000);
  record = moved(record, 'Training', undefined, TRAINING);
  record = moved(record, 'Interrupted', undefined, TRAINING + 1000);
  record = moved(record, 'Starting', undefined, TRAINING + 1100);
  record = moved(record, 'Training', undefined, TRAINING + 1200);
  record = moved(record, 'Completed', undefined, TRAINING + 9000);
  await putJob(store, record, {
    written: [
      ['algo-1', TRAINING - 10, 'started before its status was written\n'],
      ['algo-1', TRAINING + 100, 'first\n'],
      ['algo-1', TRAINING + 1150, 'second, before its status was written\n'],
      ['algo-1', TRAINING + 2000, 'second\n'],
    ],
  });
  const ask = asking(store);
  const { logStreams } = await ask('DescribeLogStreams', { logStreamNamePrefix: 'spot/' });
  assert.equal(new Set(logStreams.map(({ logStreamName }) => logStreamName)).size, 2);
  const texts = [];
  for (const { logStreamName } of logStreams) {
    texts.push(messages(await ask('GetLogEvents', { logStreamName, startFromHead: true })));
  }
  assert.deepEqual(texts, [
    ['started before its status was written', 'first'],
    ['second, before its status was written', 'second'],
  ]);
});

test('events are paged from the head, and the last token stays', async (t) => {
  const { ask } = await job(t, numbered('algo-1', 40));
  const logStreamName = `job/algo-1-${SECOND}`;
  const read: string[] = [];
  let nextToken: string | undefined;
  for (let pages = 0; ; pages++) {
    const page = await ask('GetLogEvents', { logStreamName, startFromHead: true, limit: 15, nextToken });
    read.push(...messages(page));
    if (page.nextForwardToken === nextToken) {
      assert.equal(pages, 3);
      break;
    }
    nextToken = page.nextForwardToken;
  }
  assert.deepEqual(
    read,
    Array.from({ length: 40 }, (_, index) => `line ${index}`),
  );
});

test('without startFromHead the newest events come, and the token backward leads to those before', async (t) => {
  const { ask } = await job(t, numbered('algo-1', 40));
  const logStreamName = `job/algo-1-${SECOND}`;
  const tail = await ask('GetLogEvents', { logStreamName, limit: 15 });
  assert.deepEqual(
    messages(tail),
    Array.from({ length: 15 }, (_, index) => `line ${index + 25}`),
  );
  const before = await ask('GetLogEvents', { logStreamName, limit: 30, nextToken: tail.nextBackwardToken });
  assert.deepEqual(
    messages(before),
    Array.from({ length: 25 }, (_, index) => `line ${index}`),
  );
  const nothing = await ask('GetLogEvents', { logStreamName, nextToken: before.nextBackwardToken });
  assert.deepEqual([messages(nothing), nothing.nextBackwardToken], [[], before.nextBackwardToken]);
});

test('events are chosen by time, the end not included', async (t) => {
  const { ask } = await job(t, numbered('algo-1', 10));
  const times = { startTime: TRAINING + 40, endTime: TRAINING + 100 };
  const page = await ask('GetLogEvents', { logStreamName: `job/algo-1-${SECOND}`, startFromHead: true, ...times });
  assert.deepEqual(messages(page), ['line 2', 'line 3', 'line 4']);
});

test('messages have no line break, show control characters as SageMaker does, and are never empty', async (t) => {
  const { ask } = await job(t, [['algo-1', TRAINING, 'a\tb\r\n\n\nc\x1b[31m\n']]);
  const logStreamName = `job/algo-1-${SECOND}`;
  const page = await ask('GetLogEvents', { logStreamName, startFromHead: true });
  assert.deepEqual(messages(page), ['a#011b', 'c#033[31m']);
});

test('a log that grows gives its new lines to the token that saw its end', async (t) => {
  const store = storeIn(temporaryFolder(t));
  await putJob(store, moved(newRecord('live'), 'Training', undefined, TRAINING), {
    written: [['algo-1', TRAINING, 'one\ntw']],
  });
  const ask = asking(store);
  const logStreamName = `live/algo-1-${SECOND}`;
  const first = await ask('GetLogEvents', { logStreamName, startFromHead: true });
  assert.deepEqual(messages(first), ['one']);
  appendFileSync(join(store.folderOf('live'), 'logs', 'algo-1.log'), 'o\nthree\n');
  const more = await ask('GetLogEvents', { logStreamName, startFromHead: true, nextToken: first.nextForwardToken });
  assert.deepEqual(messages(more), ['two', 'three']);
});

test('filtered events of all hosts are in the order of their times, in pages of any size', async (t) => {
  const written: Written[] = Array.from({ length: 60 }, (_, index) => [
    `algo-${(index % 2) + 1}`,
    TRAINING + Math.floor(index / 3) * 30,
    `${index % 5 === 0 ? 'five' : 'other'} ${index}\n`,
  ]);
  const { ask } = await job(t, written);
  for (const limit of [1, 7, 1000]) {
    const events: Event[] = [];
    let nextToken: string | undefined;
    do {
      const page = await ask('FilterLogEvents', { logStreamNamePrefix: 'job/', limit, nextToken });
      events.push(...page.events);
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    assert.equal(events.length, 60, `pages of ${limit}`);
    assert.deepEqual(
      events.map(({ timestamp }) => timestamp),
      events.map(({ timestamp }) => timestamp).toSorted((a, b) => a - b),
    );
    assert.equal(new Set(events.map(({ eventId }) => eventId)).size, 60);
  }
  const fives = await ask('FilterLogEvents', { logStreamNamePrefix: 'job/', filterPattern: 'five -"five 0" ?10 ?20' });
  assert.deepEqual(messages(fives).toSorted(), ['five 10', 'five 20']);
});

test('events of several jobs come in one order, from the jobs that the time allows', async (t) => {
  const store = storeIn(temporaryFolder(t));
  await putJob(store, endedRecord('a'), {
    written: [
      ['algo-1', TRAINING, 'a1\n'],
      ['algo-1', TRAINING + 500, 'a2\n'],
    ],
  });
  await putJob(store, endedRecord('b'), { written: [['algo-1', TRAINING + 100, 'b1\n']] });
  const ask = asking(store);
  assert.deepEqual(messages(await ask('FilterLogEvents', {})), ['a1', 'b1', 'a2']);
  assert.deepEqual(messages(await ask('FilterLogEvents', { startTime: TRAINING + 100 })), ['b1', 'a2']);
  const names = { logStreamNames: [`b/algo-1-${SECOND}`] };
  assert.deepEqual(messages(await ask('FilterLogEvents', names)), ['b1']);
});

test('streams are listed by the time of their last event, in pages', async (t) => {
  const store = storeIn(temporaryFolder(t));
  for (const [index, name] of ['c', 'a', 'b'].entries()) {
    await putJob(store, endedRecord(name), { written: [['algo-1', TRAINING + index * 100, 'x\n']] });
  }
  const ask = asking(store);
  const byTime = { orderBy: 'LastEventTime', descending: true, limit: 2 };
  const first = await ask('DescribeLogStreams', byTime);
  const second = await ask('DescribeLogStreams', { ...byTime, nextToken: first.nextToken });
  const names = [...first.logStreams, ...second.logStreams].map(({ logStreamName }) => logStreamName.slice(0, 1));
  assert.deepEqual(names, ['b', 'a', 'c']);
  assert.equal(second.nextToken, undefined);
  const ascending = await ask('DescribeLogStreams', { orderBy: 'LastEventTime' });
  assert.deepEqual(
    ascending.logStreams.map(({ logStreamName }) => logStreamName.slice(0, 1)),
    ['c', 'a', 'b'],
  );
});

test('streams are listed by name in both directions, in pages', async (t) => {
  const store = storeIn(temporaryFolder(t));
  for (const name of ['job-2', 'job', 'other']) await putJob(store, endedRecord(name));
  const ask = asking(store);
  const page = async (input: object) => {
    const names: string[] = [];
    let nextToken: string | undefined;
    do {
      const answer = await ask('DescribeLogStreams', { ...input, limit: 1, nextToken });
      names.push(...answer.logStreams.map(({ logStreamName }) => logStreamName.split('/')[0] ?? ''));
      nextToken = answer.nextToken;
    } while (nextToken !== undefined);
    return names;
  };
  // A hyphen comes before a slash.
  assert.deepEqual(await page({}), ['job-2', 'job', 'other']);
  assert.deepEqual(await page({ descending: true }), ['other', 'job', 'job-2']);
  assert.deepEqual(await page({ logStreamNamePrefix: 'job' }), ['job-2', 'job']);
});

test('unknown groups, streams and tokens are refused in the words of the service', async (t) => {
  const { ask } = await job(t, []);
  const refusal = async (operation: string, input: object) => {
    const { __type, message } = await ask(operation, input);
    return `${__type}: ${message}`;
  };
  const noGroup = 'ResourceNotFoundException: The specified log group does not exist.';
  const noStream = 'ResourceNotFoundException: The specified log stream does not exist.';
  assert.equal(await refusal('DescribeLogStreams', { logGroupName: '/aws/lambda/x' }), noGroup);
  for (const logStreamName of ['job/algo-3-1', 'no/algo-1-1', '../../etc/passwd', `job/algo-1-${SECOND}/`]) {
    assert.equal(await refusal('GetLogEvents', { logStreamName }), noStream);
  }
  const logStreamName = `job/algo-1-${SECOND}`;
  for (const nextToken of ['f/1', 'x', `f/${'9'.repeat(56)}`]) {
    assert.match(
      await refusal('GetLogEvents', { logStreamName, nextToken }),
      /^InvalidParameterException: .*nextToken/,
    );
  }
  assert.match(await refusal('FilterLogEvents', { nextToken: 'x' }), /^InvalidParameterException: .*nextToken/);
  assert.match(
    await refusal('FilterLogEvents', { filterPattern: '{ $.x = 1 }' }),
    /^InvalidParameterException: .*not part of optml/,
  );
  assert.match(await refusal('FilterLogEvents', { filterPattern: '"open' }), /^InvalidParameterException/);
  assert.match(await refusal('GetLogEvents', { logStreamName, limit: 10_001 }), /less than or equal to 10000/);
  assert.match(
    await refusal('GetLogEvents', {}),
    /'logStreamName' failed to satisfy constraint: Member must not be null/,
  );
  assert.match(await refusal('PutLogEvents', {}), /^UnknownOperationException: PutLogEvents is not part of optml/);
});

test('the group exists once there is a job', async (t) => {
  const store = storeIn(temporaryFolder(t));
  const ask = asking(store);
  assert.deepEqual((await ask('DescribeLogGroups', {})).logGroups, []);
  await putJob(store, endedRecord('job'));
  const { logGroups } = await ask('DescribeLogGroups', { logGroupNamePrefix: '/aws/sagemaker/' });
  assert.deepEqual(
    logGroups.map(({ logGroupName }) => logGroupName),
    [GROUP],
  );
  assert.deepEqual((await ask('DescribeLogGroups', { logGroupNamePrefix: '/aws/lambda/' })).logGroups, []);
});
