// Compile-time expectations: checked by `npx tsc`, never run.

import type { StandardSchemaV1 } from '@standard-schema/spec';
import { type } from 'arktype';
import * as v from 'valibot';
import { z } from 'zod';
import {
  HyperparameterError,
  type HyperparameterProblem,
  type HyperparameterValue,
  hyperparameters,
  type OptmlError,
  type StandardSchema,
} from '../../src/index.ts';
import { expectType, type Same } from './expect-type.ts';

export function withoutSchema(): void {
  const values = hyperparameters();
  expectType<Same<typeof values, Readonly<Record<string, HyperparameterValue>>>>();
  // @ts-expect-error: the values are read-only
  values['epochs'] = 4;
  const given = values['name'];
  // A name that the job may not have.
  expectType<Same<typeof given, HyperparameterValue | undefined>>();
  // @ts-expect-error: without a schema it is unknown that it is a number
  const rate: number = values['lr'];
  void rate;
}

export function withZod(): void {
  const schema = z.object({
    epochs: z.number().int(),
    lr: z.number().default(0.1),
    layers: z.array(z.number()).optional(),
    optimizer: z.enum(['sgd', 'adam']),
    seed: z.union([z.number(), z.bigint()]).transform(String),
  });
  const values = hyperparameters(schema);
  expectType<Same<typeof values, z.output<typeof schema>>>();
  expectType<Same<typeof values.epochs, number>>();
  // The output of the schema, not its input: a default is there, a transformed value has its new type.
  expectType<Same<typeof values.lr, number>>();
  expectType<Same<typeof values.seed, string>>();
  expectType<Same<typeof values.optimizer, 'sgd' | 'adam'>>();
  expectType<Same<typeof values.layers, number[] | undefined>>();
  // @ts-expect-error: the schema knows no such name
  values.momentum;
}

export function withValibot(): void {
  const schema = v.object({
    epochs: v.pipe(v.number(), v.integer()),
    lr: v.optional(v.number(), 0.1),
    name: v.pipe(
      v.string(),
      v.transform((text) => text.length),
    ),
  });
  const values = hyperparameters(schema);
  expectType<Same<typeof values, v.InferOutput<typeof schema>>>();
  expectType<Same<typeof values.epochs, number>>();
  expectType<Same<typeof values.lr, number>>();
  expectType<Same<typeof values.name, number>>();
  // @ts-expect-error: the schema knows no such name
  values.momentum;
}

export function withArktype(): void {
  const schema = type({ epochs: 'number.integer', optimizer: "'sgd' | 'adam'", 'layers?': 'number[]' });
  const values = hyperparameters(schema);
  expectType<Same<typeof values, typeof schema.infer>>();
  expectType<Same<typeof values.epochs, number>>();
  expectType<Same<typeof values.optimizer, 'sgd' | 'adam'>>();
  // @ts-expect-error: the schema knows no such name
  values.momentum;
}

export function withAnyStandardSchema(schema: StandardSchemaV1<unknown, { readonly epochs: bigint }>): void {
  expectType<Same<ReturnType<typeof hyperparameters<{ readonly epochs: bigint }>>, { readonly epochs: bigint }>>();
  const values = hyperparameters(schema);
  expectType<Same<typeof values.epochs, bigint>>();
  // Our own part of the interface is what the published one is.
  const ours: StandardSchema<unknown, { readonly epochs: bigint }> = schema;
  void ours;
}

export function whatIsNoSchema(): void {
  // @ts-expect-error: a plain object is no schema
  hyperparameters({ epochs: Number });
  // @ts-expect-error: neither is a function
  hyperparameters((value: unknown) => value);
}

export function errors(thrown: unknown): void {
  if (!(thrown instanceof HyperparameterError)) return;
  expectType<Same<typeof thrown.problems, readonly HyperparameterProblem[]>>();
  const error: OptmlError = thrown;
  void error;
  // @ts-expect-error: problems are read-only
  thrown.problems.push({ path: 'epochs', message: 'wrong' });
}
