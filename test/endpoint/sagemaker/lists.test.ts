// Lists, tags and searches over recorded jobs.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { test } from 'node:test';
import {
  AddTagsCommand,
  DeleteTagsCommand,
  ListTagsCommand,
  ListTrainingJobsCommand,
  type ListTrainingJobsCommandInput,
  paginateListTrainingJobs,
  paginateSearch,
  SearchCommand,
  type SearchCommandInput,
} from '@aws-sdk/client-sagemaker';
import type { JobRecord } from '../../../src/jobs/record.ts';
import { type JobsEndpoint, startJobsEndpoint } from '../../support/jobs-endpoint.ts';
import { CREATED, endedRecord, jobRequest } from '../../support/records.ts';

const DAY = 24 * 3600;

/** Records of ended jobs, each a day younger than the one before it. */
function record({ jobs }: JobsEndpoint, names: readonly string[], members: Partial<JobRecord> = {}): void {
  for (const [index, name] of names.entries()) {
    const ended = endedRecord(name, { region: 'eu-west-1', ...members });
    mkdirSync(jobs.store.folderOf(name), { recursive: true });
    const times = {
      CreationTime: ended.CreationTime + index * DAY,
      LastModifiedTime: ended.LastModifiedTime + index * DAY,
    };
    jobs.store.update(name, { ...ended, ...times, request: { ...ended.request, TrainingJobName: name } });
  }
}

const arnOf = (name: string) => `arn:aws:sagemaker:eu-west-1:000000000000:training-job/${name}`;

test('jobs are listed newest first, by filters, in the order that is asked for', async (t) => {
  const endpoint = await startJobsEndpoint(t);
  record(endpoint, ['b-one', 'a-two', 'c-three', 'd-other']);
  record(endpoint, ['e-failed']);
  const { store } = endpoint.jobs;
  store.update('e-failed', { ...store.read('e-failed'), TrainingJobStatus: 'Failed' });
  const list = async (input: ListTrainingJobsCommandInput) => {
    const { TrainingJobSummaries: jobs = [] } = await endpoint.client.send(new ListTrainingJobsCommand(input));
    return jobs.map(({ TrainingJobName: name }) => name);
  };
  assert.deepEqual(await list({ NameContains: '-' }), ['d-other', 'c-three', 'a-two', 'e-failed', 'b-one']);
  assert.deepEqual(await list({ SortBy: 'Name', SortOrder: 'Ascending', MaxResults: 2 }), ['a-two', 'b-one']);
  assert.deepEqual(await list({ SortBy: 'Status', SortOrder: 'Ascending' }), [
    'a-two',
    'b-one',
    'c-three',
    'd-other',
    'e-failed',
  ]);
  assert.deepEqual(await list({ StatusEquals: 'Stopped' }), []);
  assert.deepEqual(await list({ NameContains: 't', SortBy: 'Name', SortOrder: 'Descending' }), [
    'd-other',
    'c-three',
    'a-two',
  ]);
  assert.deepEqual(await list({ StatusEquals: 'Failed' }), ['e-failed']);
  const between = new Date(CREATED + 0.5 * DAY * 1000);
  assert.deepEqual(await list({ CreationTimeAfter: between }), ['d-other', 'c-three', 'a-two']);
  assert.deepEqual(await list({ CreationTimeBefore: between }), ['e-failed', 'b-one']);
  assert.deepEqual(await list({ LastModifiedTimeAfter: new Date(CREATED + 2.5 * DAY * 1000) }), ['d-other']);
  await assert.rejects(list({ MaxResults: 101 }), { name: 'ValidationException', message: /'maxResults' failed/ });
});

test('pages show each job once, also while others come and go', async (t) => {
  const endpoint = await startJobsEndpoint(t);
  const names = Array.from({ length: 23 }, (_, index) => `job-${String(index).padStart(2, '0')}`);
  record(endpoint, names);
  const found: (string | undefined)[] = [];
  const input = { SortBy: 'Name', SortOrder: 'Ascending' } as const;
  const sizes: number[] = [];
  for await (const { TrainingJobSummaries: jobs = [] } of paginateListTrainingJobs(
    { client: endpoint.client },
    input,
  )) {
    sizes.push(jobs.length);
    found.push(...jobs.map(({ TrainingJobName: name }) => name));
    record(endpoint, [`a-new-${sizes.length}`]);
  }
  assert.deepEqual(sizes, [10, 10, 3]);
  assert.deepEqual(found, names);
});

test('a token is only for the question that it answers', async (t) => {
  const endpoint = await startJobsEndpoint(t);
  record(endpoint, ['one', 'two', 'three']);
  const list = (input: ListTrainingJobsCommandInput) => endpoint.client.send(new ListTrainingJobsCommand(input));
  const { NextToken = '' } = await list({ MaxResults: 1 });
  assert.equal((await list({ MaxResults: 5, NextToken })).TrainingJobSummaries?.length, 2);
  const message = /NextToken is not one/;
  await assert.rejects(list({ NextToken, SortBy: 'Name' }), { name: 'ValidationException', message });
  await assert.rejects(list({ NextToken: 'not a token' }), { name: 'ValidationException', message });
});

test('tags are added, replaced and removed by the ARN of a job', async (t) => {
  const endpoint = await startJobsEndpoint(t);
  const request = { ...jobRequest('Tagged'), Tags: [{ Key: 'team', Value: 'a b/c+d' }] };
  record(endpoint, ['Tagged'], { request });
  const ResourceArn = arnOf('tagged');
  const tags = async () => (await endpoint.client.send(new ListTagsCommand({ ResourceArn }))).Tags;
  assert.deepEqual(await tags(), request.Tags);
  const Tags = [
    { Key: 'team', Value: 'z' },
    { Key: 'new', Value: 'ü' },
  ];
  assert.deepEqual((await endpoint.client.send(new AddTagsCommand({ ResourceArn, Tags }))).Tags, Tags);
  assert.deepEqual(await tags(), Tags);
  await endpoint.client.send(new DeleteTagsCommand({ ResourceArn, TagKeys: ['team', 'never-was'] }));
  assert.deepEqual(await tags(), Tags.slice(1));
  const add = (keys: readonly string[]) =>
    endpoint.client.send(new AddTagsCommand({ ResourceArn, Tags: keys.map((Key) => ({ Key, Value: '' })) }));
  await add(Array.from({ length: 49 }, (_, index) => `key-${index}`));
  await assert.rejects(add(['one-more']), {
    name: 'ValidationException',
    message: /less than or equal to 50: it would be 51/,
  });
  await assert.rejects(add(['aws:x']), { name: 'ValidationException', message: /reserved/ });
  await assert.rejects(add(['emoji-💥']), { name: 'ValidationException', message: /regular expression/ });
  assert.equal((await tags())?.length, 50);
});

test('tags of other resources and of unknown jobs are refused', async (t) => {
  const endpoint = await startJobsEndpoint(t);
  record(endpoint, ['known']);
  const list = (ResourceArn: string) => endpoint.client.send(new ListTagsCommand({ ResourceArn }));
  await assert.rejects(list(arnOf('unknown')), { name: 'ResourceNotFound' });
  await assert.rejects(list(arnOf('known').replace('eu-west-1', 'us-east-1')), { name: 'ResourceNotFound' });
  await assert.rejects(list(arnOf('known').replace('training-job', 'model')), { name: 'ValidationException' });
});

test('jobs are found by their properties', async (t) => {
  const endpoint = await startJobsEndpoint(t);
  const parameters = (lr: string) => ({
    request: jobRequest('x', { HyperParameters: { lr, 'a.b': 'dot', api_token: 'geheim' } }),
  });
  record(endpoint, ['slow'], {
    ...parameters('0.1'),
    FinalMetricDataList: [{ MetricName: 'loss', Value: 0.5, Timestamp: CREATED / 1000 }],
  });
  record(endpoint, ['medium'], parameters('0.25'));
  record(endpoint, ['fast'], {
    request: jobRequest('x', {
      HyperParameters: { lr: '10' },
      InputDataConfig: [
        { ChannelName: 'one', DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://a/b' } } },
        { ChannelName: 'two', DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://c/d' } } },
      ],
    }),
  });
  await endpoint.client.send(new AddTagsCommand({ ResourceArn: arnOf('fast'), Tags: [{ Key: 'team', Value: 'red' }] }));
  const found = async (SearchExpression: SearchCommandInput['SearchExpression']) => {
    const input = { Resource: 'TrainingJob', SortBy: 'TrainingJobName', SortOrder: 'Ascending' } as const;
    const { Results = [] } = await endpoint.client.send(
      new SearchCommand({ ...input, ...(SearchExpression && { SearchExpression }) }),
    );
    return Results.map(({ TrainingJob }) => TrainingJob?.TrainingJobName);
  };
  assert.deepEqual(await found(undefined), ['fast', 'medium', 'slow']);
  const lr = (Operator: 'GreaterThan' | 'LessThan', Value: string) => ({ Name: 'HyperParameters.lr', Operator, Value });
  assert.deepEqual(await found({ Filters: [lr('GreaterThan', '0.2')] }), ['fast', 'medium']);
  assert.deepEqual(await found({ Filters: [lr('GreaterThan', '0.2'), lr('LessThan', '9')] }), ['medium']);
  assert.deepEqual(await found({ Operator: 'Or', Filters: [lr('GreaterThan', '9'), lr('LessThan', '0.2')] }), [
    'fast',
    'slow',
  ]);
  assert.deepEqual(await found({ Filters: [{ Name: 'HyperParameters.a.b', Value: 'dot' }] }), ['medium', 'slow']);
  assert.deepEqual(await found({ Filters: [{ Name: 'Tags.team', Value: 'red' }] }), ['fast']);
  assert.deepEqual(await found({ Filters: [{ Name: 'Metrics.loss', Operator: 'LessThan', Value: '0.6' }] }), ['slow']);
  assert.deepEqual(await found({ Filters: [{ Name: 'Metrics.loss', Operator: 'NotExists' }] }), ['fast', 'medium']);
  assert.deepEqual(await found({ Filters: [{ Name: 'TrainingJobName', Operator: 'In', Value: 'slow, fast' }] }), [
    'fast',
    'slow',
  ]);
  assert.deepEqual(await found({ Filters: [{ Name: 'TrainingJobName', Operator: 'Contains', Value: 'low' }] }), [
    'slow',
  ]);
  const name = { Name: 'InputDataConfig.ChannelName', Value: 'one' };
  const uri = (Value: string) =>
    ({ Name: 'InputDataConfig.DataSource.S3DataSource.S3Uri', Operator: 'Contains', Value }) as const;
  const nested = (Value: string) => [{ NestedPropertyName: 'InputDataConfig', Filters: [name, uri(Value)] }];
  assert.deepEqual(await found({ NestedFilters: nested('a/b') }), ['fast']);
  assert.deepEqual(await found({ NestedFilters: nested('c/d') }), [], 'one channel fulfils all conditions');
  const sub = {
    SubExpressions: [{ Operator: 'Or' as const, Filters: [lr('GreaterThan', '9'), lr('LessThan', '0.2')] }],
  };
  assert.deepEqual(await found({ ...sub, Filters: [{ Name: 'TrainingJobName', Value: 'fast' }] }), ['fast']);
  assert.deepEqual(
    await found({ Filters: [{ Name: 'CreationTime', Operator: 'LessThan', Value: '2026-01-01T00:00:00Z' }] }),
    [],
  );
  assert.deepEqual(
    await found({ Filters: [{ Name: 'HyperParameters.api_token', Value: 'geheim' }] }),
    [],
    'of a secret, the mask is searched',
  );
});

test('searches come in pages, and only for training jobs', async (t) => {
  const endpoint = await startJobsEndpoint(t);
  record(endpoint, ['one', 'two', 'three']);
  const found: (string | undefined)[] = [];
  for await (const { Results = [] } of paginateSearch(
    { client: endpoint.client, pageSize: 2 },
    { Resource: 'TrainingJob' },
  )) {
    found.push(...Results.map(({ TrainingJob }) => TrainingJob?.TrainingJobName));
  }
  assert.deepEqual(found, ['three', 'two', 'one']);
  const search = (input: SearchCommandInput) => endpoint.client.send(new SearchCommand(input));
  await assert.rejects(search({ Resource: 'Model' }), {
    name: 'ValidationException',
    message: /Search for Model is not part of optml/,
  });
  const Filters = Array.from({ length: 15 }, () => ({ Name: 'x', Value: 'y' }));
  const SearchExpression = { Filters, SubExpressions: [{ Filters }] };
  await assert.rejects(search({ Resource: 'TrainingJob', SearchExpression }), { message: /more than 20 conditions/ });
  const empty = {
    SubExpressions: Array.from({ length: 5 }, () => ({ SubExpressions: Array.from({ length: 5 }, () => ({})) })),
  };
  await assert.rejects(search({ Resource: 'TrainingJob', SearchExpression: empty }), {
    message: /more than 20 conditions/,
  });
});

test('hyperparameters with the names of JavaScript methods are searched and sorted as others are', async (t) => {
  const endpoint = await startJobsEndpoint(t);
  const { request } = endedRecord('odd', {});
  const odd = { toString: 'needle', valueOf: 'x', toJSON: 'y' };
  record(endpoint, ['odd'], { request: { ...request, HyperParameters: odd } });
  const find = async (Value: string) => {
    const Filters = [{ Name: 'HyperParameters', Operator: 'Contains' as const, Value }];
    const input = { Resource: 'TrainingJob' as const, SearchExpression: { Filters }, SortBy: 'HyperParameters' };
    const { Results = [] } = await endpoint.client.send(new SearchCommand(input));
    return Results.map(({ TrainingJob }) => TrainingJob?.TrainingJobName);
  };
  assert.deepEqual(await find('needle'), ['odd']);
  assert.deepEqual(await find('hay'), []);
});
