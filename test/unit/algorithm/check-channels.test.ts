import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChannelDeclarations } from '../../../src/algorithm/channel.ts';
import { checkChannels, type GivenChannel } from '../../../src/algorithm/checks/check-channels.ts';
import { describeProblem } from '../../../src/algorithm/checks/job-problem.ts';

const DECLARED: ChannelDeclarations = {
  train: {
    required: true,
    contentTypes: [
      {
        type: 'text/csv',
        aliases: ['csv'],
        parameters: {
          label_size: { type: 'integer', min: 0, default: 1 },
          charset: { type: 'categorical', values: ['utf-8', 'utf8'] },
        },
      },
      'text/libsvm',
    ],
    defaultContentType: 'text/libsvm',
  },
  validation: {
    contentTypes: ['text/csv', 'text/libsvm'],
    inputModes: ['File'],
    distribution: ['FullyReplicated'],
    shuffle: false,
  },
};

const problems = (...given: readonly GivenChannel[]) => checkChannels(DECLARED, given).problems.map(describeProblem);
const typeOf = (contentType: string | undefined) =>
  checkChannels(DECLARED, [{ name: 'train', contentType }]).contentTypes.get('train');

test('a content type has the parameters that are given, and the defaults of the others', () => {
  assert.deepEqual(typeOf('text/csv;label_size=0'), { type: 'text/csv', parameters: { label_size: 0 } });
  assert.deepEqual(typeOf('Text/CSV; Charset=utf-8 ;'), {
    type: 'text/csv',
    parameters: { label_size: 1, charset: 'utf-8' },
  });
  assert.deepEqual(typeOf('csv'), { type: 'text/csv', parameters: { label_size: 1 } });
});

test('a channel without a content type has the default one', () => {
  assert.deepEqual(typeOf(undefined), { type: 'text/libsvm', parameters: {} });
  assert.deepEqual(typeOf(' '), { type: 'text/libsvm', parameters: {} });
  assert.deepEqual(problems({ name: 'train' }, { name: 'validation' }), [
    'channel validation: has no content type: expected one of text/csv, text/libsvm',
  ]);
});

test('mistakes in content types name the parameter', () => {
  const wrong = (contentType: string) => problems({ name: 'train', contentType });
  assert.deepEqual(wrong('application/json'), [
    'channel train: expected the content type to be one of text/csv, text/libsvm, got "application/json"',
  ]);
  assert.deepEqual(wrong('text/csv;label_sise=1;label_size=-1;label_size'), [
    'channel train: content type text/csv, parameter "label_sise" is unknown: did you mean label_size?',
    'channel train: content type text/csv, parameter label_size: expected an integer of at least 0, got "-1"',
    'channel train: content type text/csv, parameter label_size has no value',
  ]);
  assert.deepEqual(wrong('text/csv;label_size=1;label_size=2'), [
    'channel train: content type text/csv, parameter label_size is there twice',
  ]);
  assert.deepEqual(wrong('text/libsvm;label_size=1'), [
    'channel train: content type text/libsvm, parameter "label_size" is unknown: the type has no parameters',
  ]);
  assert.deepEqual(wrong('text/csv;__proto__=1').length, 1);
});

test('input modes, compression, distribution and shuffling are those of the declaration', () => {
  const train = { name: 'train', contentType: 'text/csv' };
  assert.deepEqual(problems({ ...train, inputMode: 'FastFile', distribution: 'ShardedByS3Key', isShuffled: true }), []);
  assert.deepEqual(problems({ ...train, inputMode: 'Pipe', compression: 'Gzip' }), [
    'channel train: expected the input mode File or FastFile, got "Pipe"',
    'channel train: expected the compression None, got "Gzip"',
  ]);
  const validation = { name: 'validation', contentType: 'text/csv' };
  const given = { ...validation, inputMode: 'FastFile', distribution: 'ShardedByS3Key', isShuffled: true };
  assert.deepEqual(problems(train, given), [
    'channel validation: expected the input mode File, got "FastFile"',
    'channel validation: expected the distribution FullyReplicated, got "ShardedByS3Key"',
    'channel validation: the algorithm takes no shuffled data',
  ]);
});

test('missing and unknown channels are reported together', () => {
  assert.deepEqual(problems({ name: 'trian' }, { name: '__proto__' }), [
    'channel trian: is unknown: did you mean train?',
    'channel __proto__: is unknown: expected one of train, validation',
    'channel train: is required',
  ]);
});

test('a FastFile channel may be called File, as the platform writes it', () => {
  const declared: ChannelDeclarations = { train: { contentTypes: ['text/csv'], inputModes: ['FastFile'] } };
  assert.deepEqual(checkChannels(declared, [{ name: 'train', inputMode: 'File' }]).problems, []);
});
