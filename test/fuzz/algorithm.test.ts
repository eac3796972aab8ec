// Whatever a job gives an algorithm: its checks end quickly, with a value of the declared type or with problems.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ChannelDeclarations } from '../../src/algorithm/channel.ts';
import { checkChannels } from '../../src/algorithm/checks/check-channels.ts';
import { checkHyperparameters } from '../../src/algorithm/checks/check-hyperparameters.ts';
import { readValue } from '../../src/algorithm/checks/read-value.ts';
import type { Hyperparameter, Hyperparameters } from '../../src/algorithm/hyperparameter.ts';
import { rulesOfSpecification } from '../../src/algorithm/specification/read-specification.ts';

const NAMES = ['__proto__', 'constructor', 'toString', 'eta', 'learning_rate', 'layers', 'schedule', 'eta ', 'ETA'];
const TEXTS = [
  '1e400',
  '-1e400',
  '0x10',
  'NaN',
  'Infinity',
  '-Infinity',
  '١٢',
  '１',
  '1_000',
  '',
  ' ',
  '(a+)+$',
  '[',
  '{"__proto__": 1}',
  '[[[[',
  '"',
  '\\',
  '\u0000',
  '\ud800',
  'null',
  'true',
  '1,2',
  '(1,',
  '9'.repeat(400),
];

const HYPERPARAMETERS: Hyperparameters = {
  eta: { type: 'continuous', greaterThan: 0, max: 1, default: 0.3, aliases: ['learning_rate'] },
  rounds: { type: 'integer', min: 1, max: 1000 },
  kind: { type: 'categorical', values: ['a', 'b', 'constructor'] },
  comment: { type: 'text', maxLength: 100 },
  on: { type: 'boolean' },
  layers: { type: 'list', of: { type: 'integer', min: 0 }, unique: true },
  schedule: {
    type: 'object',
    members: { step: { type: 'integer', required: true }, names: { type: 'list', of: { type: 'text' } } },
  },
  extra: { type: 'json' },
};

const hostileText = fc.oneof(fc.constantFrom(...TEXTS), fc.string({ maxLength: 50, unit: 'binary' }), fc.json());
const hostileName = fc.oneof(fc.constantFrom(...NAMES, ...Object.keys(HYPERPARAMETERS)), fc.string({ maxLength: 30 }));

const isOfType: Readonly<Record<Hyperparameter['type'], (value: unknown) => boolean>> = {
  integer: (value) => Number.isSafeInteger(value) && Number(value) >= 1 && Number(value) <= 1000,
  continuous: (value) => typeof value === 'number' && value > 0 && value <= 1,
  categorical: (value) => ['a', 'b', 'constructor'].includes(value as string),
  text: (value) => typeof value === 'string' && value.length <= 100,
  boolean: (value) => typeof value === 'boolean',
  list: (value) => Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0),
  object: (value) => Number.isSafeInteger((value as { readonly step: unknown }).step),
  json: (value) => value !== undefined,
};

test('a value that is read has the declared type and range', () => {
  fc.assert(
    fc.property(fc.constantFrom(...Object.values(HYPERPARAMETERS)), hostileText, (declaration, text) => {
      const reading = readValue(declaration, text);
      if (reading.problems === undefined) assert.ok(isOfType[declaration.type](reading.value));
      else assert.ok(reading.problems.every(({ message }) => message !== ''));
    }),
    { numRuns: 3000 },
  );
});

test('the hyperparameters of a job give values or problems, and change no prototype', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(hostileName, hostileText), { maxLength: 20 }), (entries) => {
      const { values, problems } = checkHyperparameters({ hyperparameters: HYPERPARAMETERS }, new Map(entries));
      assert.equal(values === undefined, problems.length > 0);
      for (const name of Object.keys(values ?? {})) assert.ok(Object.hasOwn(HYPERPARAMETERS, name));
    }),
    { numRuns: 1000 },
  );
  assert.equal(({} as Record<string, unknown>)['step'], undefined);
});

test('channels with any names and content types give problems, never exceptions', () => {
  const declared: ChannelDeclarations = {
    train: { required: true, contentTypes: [{ type: 'text/csv', parameters: { label_size: { type: 'integer' } } }] },
  };
  const contentType = fc.oneof(
    hostileText,
    fc.string().map((text) => `text/csv;${text}`),
    fc.string().map((text) => `text/csv;label_size=${text}`),
  );
  const channel = fc.record({ name: fc.oneof(fc.constant('train'), hostileName), contentType, inputMode: hostileText });
  fc.assert(
    fc.property(fc.array(channel, { maxLength: 5 }), (given) => {
      const { contentTypes, problems } = checkChannels(declared, given);
      assert.ok(contentTypes.size <= 1 && Array.isArray(problems));
    }),
    { numRuns: 1000 },
  );
});

test('any JSON as a specification gives rules or the reason why it has none', () => {
  const member = fc.constantFrom(
    'TrainingSpecification',
    'SupportedHyperParameters',
    'TrainingChannels',
    'Name',
    'Type',
    'Range',
    '__proto__',
  );
  const value = fc.oneof(fc.jsonValue(), fc.dictionary(member, fc.jsonValue()));
  fc.assert(
    fc.property(
      fc.oneof(value, fc.dictionary(member, value), fc.dictionary(member, fc.array(value))),
      (specification) => {
        const read = rulesOfSpecification(specification);
        assert.ok(read.problem === undefined ? read.rules.channels : read.problem.startsWith('expected '));
      },
    ),
    { numRuns: 300 },
  );
});

test('a value of 100,000 characters is read in linear time', () => {
  const length = 100_000;
  const long = [
    '1'.repeat(length),
    `${'1'.repeat(length)}x`,
    `1${' '.repeat(length)}x`,
    '['.repeat(length),
    ','.repeat(length),
    `[${'"a",'.repeat(length / 4)}]`,
    `${'1.'.repeat(length / 2)}`,
    `"${'\\"'.repeat(length / 2)}`,
    `(${'('.repeat(length)}`,
    'a'.repeat(length),
  ];
  const start = process.cpuUsage();
  for (const text of long) {
    for (const declaration of Object.values(HYPERPARAMETERS)) readValue(declaration, text);
    checkHyperparameters({ hyperparameters: HYPERPARAMETERS }, { [text]: text });
  }
  // A quadratic reader takes minutes.
  assert.ok(process.cpuUsage(start).user < 10e6);
});
