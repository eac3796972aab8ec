import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JobRecord } from '../../../src/jobs/record.ts';
import type { SecondaryStatus } from '../../../src/jobs/status.ts';
import { moved } from '../../../src/jobs/transitions.ts';
import { CREATED, endedRecord, newRecord } from '../../support/records.ts';

const START = CREATED / 1000;

/** A job's way: statuses and when they came, in seconds after its start. */
function walk(...steps: ReadonlyArray<readonly [SecondaryStatus, number]>): JobRecord {
  return steps.reduce(
    (record, [status, seconds]) => moved(record, status, undefined, CREATED + seconds * 1000),
    newRecord('job'),
  );
}

test('a job that completes has the entries, messages and times of the platform', () => {
  const record = endedRecord('job');
  assert.deepEqual(record.SecondaryStatusTransitions, [
    {
      Status: 'Starting',
      StartTime: START,
      EndTime: START + 1,
      StatusMessage: 'Preparing the instances for training',
    },
    {
      Status: 'Downloading',
      StartTime: START + 1,
      EndTime: START + 3.5,
      StatusMessage: 'Downloading the training image',
    },
    {
      Status: 'Training',
      StartTime: START + 3.5,
      EndTime: START + 60,
      StatusMessage: 'Training image download completed. Training in progress.',
    },
    {
      Status: 'Uploading',
      StartTime: START + 60,
      EndTime: START + 61,
      StatusMessage: 'Uploading generated training model',
    },
    { Status: 'Completed', StartTime: START + 61, EndTime: START + 61, StatusMessage: 'Training job completed' },
  ]);
  assert.equal(record.TrainingJobStatus, 'Completed');
  assert.equal(record.TrainingStartTime, START + 1);
  assert.equal(record.TrainingEndTime, START + 61);
  assert.equal(record.TrainingTimeInSeconds, 60);
  assert.equal(record.BillableTimeInSeconds, 60);
});

test('messages of one status are one entry, whose last message stands', () => {
  const first = moved(newRecord('job'), 'Downloading', 'Downloading input data', CREATED + 1000);
  const second = moved(first, 'Downloading', 'Downloading the training image', CREATED + 2000);
  assert.deepEqual(second.SecondaryStatusTransitions.slice(1), [
    { Status: 'Downloading', StartTime: START + 1, StatusMessage: 'Downloading the training image' },
  ]);
  assert.equal(second.TrainingStartTime, START + 1);
  assert.equal(second.LastModifiedTime, START + 2);
});

test('a job that is being stopped stays Stopping while it uploads', () => {
  const steps = [
    ['Downloading', 1],
    ['Training', 2],
    ['Stopping', 5],
    ['Uploading', 6],
  ] as const;
  const uploading = walk(...steps);
  assert.deepEqual([uploading.TrainingJobStatus, uploading.SecondaryStatus], ['Stopping', 'Uploading']);
  assert.equal(walk(...steps, ['Stopped', 7]).TrainingJobStatus, 'Stopped');
  const late = walk(...steps, ['MaxRuntimeExceeded', 7]);
  assert.deepEqual([late.TrainingJobStatus, late.SecondaryStatus], ['Stopped', 'MaxRuntimeExceeded']);
});

test('the end of a failed job is when the failure was seen, before the upload', () => {
  const record = walk(['Downloading', 1], ['Training', 2], ['Uploading', 11], ['Failed', 15]);
  assert.equal(record.TrainingEndTime, START + 11);
  assert.equal(record.BillableTimeInSeconds, 10);
  assert.equal(walk(['Downloading', 1], ['Failed', 4]).TrainingEndTime, START + 4);
});

test('a job that fails before anything is downloaded has an end and is not billed', () => {
  const record = walk(['Failed', 2]);
  assert.equal(record.TrainingEndTime, START + 2);
  assert.equal(record.TrainingStartTime, undefined);
  assert.equal(record.BillableTimeInSeconds, undefined);
});

test('a job without capacity in between waits for it free of charge', () => {
  const record = walk(
    ['Downloading', 1],
    ['Training', 2],
    ['Interrupted', 11],
    ['Starting', 20],
    ['Downloading', 21],
    ['Training', 22],
    ['Completed', 31],
  );
  assert.equal(record.TrainingStartTime, START + 1);
  assert.equal(record.TrainingTimeInSeconds, 30);
  assert.equal(record.BillableTimeInSeconds, 20);
});

test('a clock that is set back makes no entry end before it began', () => {
  const record = walk(['Downloading', 10], ['Training', 5]);
  assert.deepEqual(
    record.SecondaryStatusTransitions.map(({ StartTime, EndTime }) => [StartTime - START, (EndTime ?? 0) - START]),
    [
      [0, 10],
      [10, 10],
      [10, -START],
    ],
  );
});

test('a job that took no time at all is billed for a second', () => {
  assert.equal(walk(['Downloading', 1], ['Completed', 1]).BillableTimeInSeconds, 1);
});
