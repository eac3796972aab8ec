import type { HyperparameterValue } from '../training/values.ts';
import type { Hyperparameter, Hyperparameters } from './hyperparameter.ts';

/** The type of a hyperparameter's value, from its declaration. */
export type ValueOf<D extends Hyperparameter> = PlainValueOf<D> | WordOf<D>;

/** The types of all values: undefined where a job may leave one out and there is no default. */
export type ValuesOf<H extends Hyperparameters> = {
  readonly [Name in keyof H]: H[Name] extends { readonly required: true } | { readonly default: unknown }
    ? ValueOf<H[Name]>
    : ValueOf<H[Name]> | undefined;
};

type WordOf<D> = D extends { readonly words: readonly (infer Word extends string)[] } ? Word : never;

type PlainValueOf<D> = D extends { readonly type: 'integer' | 'continuous' }
  ? number
  : D extends { readonly type: 'categorical'; readonly values: readonly (infer Value)[] }
    ? Value
    : D extends { readonly type: 'text' }
      ? string
      : D extends { readonly type: 'boolean' }
        ? boolean
        : D extends { readonly type: 'list'; readonly of: infer Item extends Hyperparameter }
          ? readonly ValueOf<Item>[]
          : D extends { readonly type: 'object'; readonly members: infer Members extends Hyperparameters }
            ? ValuesOf<Members>
            : D extends { readonly type: 'json' }
              ? HyperparameterValue
              : never;
