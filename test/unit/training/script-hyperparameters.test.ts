import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { type } from 'arktype';
import * as v from 'valibot';
import { z } from 'zod';
import { HyperparameterError, hyperparameters } from '../../../src/training/index.ts';

afterEach(() => {
  delete process.env['SM_HPS'];
});

function withParameters(json: string): void {
  process.env['SM_HPS'] = json;
}

const SCHEMAS = {
  zod: z.object({
    epochs: z.number().int(),
    lr: z.number().max(1),
    name: z.string(),
    layers: z.array(z.object({ units: z.number() })),
  }),
  valibot: v.object({
    epochs: v.pipe(v.number(), v.integer()),
    lr: v.pipe(v.number(), v.maxValue(1)),
    name: v.string(),
    layers: v.array(v.object({ units: v.number() })),
  }),
  arktype: type({
    epochs: 'number.integer',
    lr: 'number<=1',
    name: 'string',
    layers: type({ units: 'number' }).array(),
  }),
};

const GOOD = '{"epochs": 3, "lr": 0.5, "name": "a", "layers": [{"units": 8}], "other": 1}';
const BAD = '{"epochs": "x", "lr": 7, "layers": [{"units": 8}, {"units": "y"}]}';

for (const [library, schema] of Object.entries(SCHEMAS)) {
  test(`hyperparameters that fit a schema of ${library} are returned typed`, () => {
    withParameters(GOOD);
    const values: { epochs: number; lr: number; name: string; layers: Array<{ units: number }> } =
      hyperparameters(schema);
    assert.equal(values.epochs + values.lr, 3.5);
    assert.equal(values.name, 'a');
    assert.equal(values.layers[0]?.units, 8);
  });

  test(`every problem is listed together by a schema of ${library}`, () => {
    withParameters(BAD);
    assert.throws(
      () => hyperparameters(schema),
      (error: unknown) => {
        assert.equal(error instanceof HyperparameterError, true);
        const { code, message, problems } = error as HyperparameterError;
        assert.equal(code, 'HYPERPARAMETER_INVALID');
        assert.deepEqual(problems.map(({ path }) => path).sort(), ['epochs', 'layers.1.units', 'lr', 'name']);
        assert.match(message, /^4 problems with the hyperparameters\n/);
        assert.match(message, /^ {2}epochs: .* \(got "x"\)$/m);
        assert.match(message, /^ {2}lr: .* \(got 7\)$/m);
        assert.match(message, /^ {2}name: .* \(not given\)$/m);
        return true;
      },
    );
  });
}

test('the defaults and conversions of a schema are applied', () => {
  withParameters('{"a": "5"}');
  const schema = z.object({ a: z.coerce.number(), b: z.number().default(2) });
  assert.deepEqual(hyperparameters(schema), { a: 5, b: 2 });
});

test('a secret is not shown among the problems', () => {
  withParameters('{"api_token": "very-secret"}');
  assert.throws(
    () => hyperparameters(z.object({ api_token: z.number() })),
    (error: unknown) => !String(error).includes('very-secret') && String(error).includes('api_token'),
  );
});

test('a schema that validates asynchronously is refused', () => {
  withParameters('{}');
  const schema = z.object({}).refine(async () => true);
  assert.throws(() => hyperparameters(schema), /HYPERPARAMETER_INVALID|asynchronous/i);
});

test('integers beyond 2^53 are bigint, on both sides; all others are numbers', () => {
  withParameters(
    '{"a": 9007199254740991, "b": 9007199254740992, "c": -9007199254740993, "d": 1.0, "e": [1e400, 18446744073709551616]}',
  );
  const values = hyperparameters();
  assert.deepEqual(
    { ...values, e: undefined },
    { a: 9007199254740991, b: 9007199254740992n, c: -9007199254740993n, d: 1, e: undefined },
  );
  assert.deepEqual(values['e'], [Number.POSITIVE_INFINITY, 18446744073709551616n]);
});

test('hyperparameters cannot be changed, and a name like __proto__ is one like any other', () => {
  withParameters('{"__proto__": 1, "list": [1], "object": {"a": 1}}');
  const values = hyperparameters() as Record<string, unknown>;
  assert.equal(Object.hasOwn(values, '__proto__'), true);
  assert.equal(Object.getPrototypeOf(values), Object.prototype);
  assert.throws(() => {
    values['list'] = 5;
  }, TypeError);
  assert.throws(() => (values['list'] as number[]).push(2), TypeError);
  assert.throws(() => {
    (values['object'] as Record<string, number>)['a'] = 2;
  }, TypeError);
});
