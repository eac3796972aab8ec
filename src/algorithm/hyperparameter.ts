/** How a tuning job searches a range of numbers. */
export type TuningScale = 'auto' | 'linear' | 'logarithmic' | 'reverse-logarithmic';

/** Hyperparameter → values of which it has one; all members must hold. A hyperparameter that is not given has its default. */
export type Condition = Readonly<Record<string, readonly (string | number | boolean)[]>>;

/** Members that every kind of hyperparameter has. */
export interface HyperparameterBase {
  /** One sentence for the documentation. */
  readonly description?: string;
  /** Whether each job must give it. A required one has no default. */
  readonly required?: boolean;
  /** Other names for it. A job may give only one of them. */
  readonly aliases?: readonly string[];
  /** Texts that are accepted in addition to the values of the type, such as `auto`. */
  readonly words?: readonly string[];
  /** Hyperparameters that a job must give too if it gives this one. */
  readonly requires?: readonly string[];
  /** When a job must give it, although it is optional otherwise. */
  readonly requiredWhen?: Condition;
  /** When a job may give it. */
  readonly allowedWhen?: Condition;
}

/** A range of numbers: closed ends by `min` and `max`, open ends by `greaterThan` and `lessThan`. */
export interface NumberRange {
  readonly min?: number;
  readonly max?: number;
  readonly greaterThan?: number;
  readonly lessThan?: number;
}

/** The range that a tuning job should search. */
export interface TunableRange {
  readonly min: number;
  readonly max: number;
  readonly scale?: TuningScale;
}

/** A whole number of at most 2^53. */
export interface IntegerHyperparameter extends HyperparameterBase, NumberRange {
  readonly type: 'integer';
  /** A number, or one of the words. */
  readonly default?: number | string;
  readonly tunable?: TunableRange;
  /** What else is wrong with a value: `must be a power of 2`. */
  readonly check?: (value: number) => string | undefined;
}

/** A finite number. */
export interface ContinuousHyperparameter extends HyperparameterBase, NumberRange {
  readonly type: 'continuous';
  /** A number, or one of the words. */
  readonly default?: number | string;
  readonly tunable?: TunableRange;
  /** What else is wrong with a value. */
  readonly check?: (value: number) => string | undefined;
}

/** One of several texts. */
export interface CategoricalHyperparameter extends HyperparameterBase {
  readonly type: 'categorical';
  readonly values: readonly string[];
  readonly default?: string;
  /** True for all values; else the values that a tuning job should try. */
  readonly tunable?: true | { readonly values: readonly string[] };
}

/** Any text. */
export interface TextHyperparameter extends HyperparameterBase {
  readonly type: 'text';
  readonly default?: string;
  readonly maxLength?: number;
  /** What else is wrong with a value. */
  readonly check?: (value: string) => string | undefined;
}

/** `true` or `false`, also as Python writes them, `1` or `0`. */
export interface BooleanHyperparameter extends HyperparameterBase {
  readonly type: 'boolean';
  /** A value, or one of the words. */
  readonly default?: boolean | string;
  /** Whether a tuning job should try both. */
  readonly tunable?: true;
}

/** Several values: a JSON list, or values between commas. */
export interface ListHyperparameter extends HyperparameterBase {
  readonly type: 'list';
  readonly of: Hyperparameter;
  readonly default?: readonly unknown[] | string;
  /** Fewest values, by default 1. */
  readonly minLength?: number;
  readonly maxLength?: number;
  /** Whether a value may be there only once. */
  readonly unique?: boolean;
}

/** A JSON object with these members only. */
export interface ObjectHyperparameter extends HyperparameterBase {
  readonly type: 'object';
  readonly members: Readonly<Record<string, Hyperparameter>>;
  readonly default?: Readonly<Record<string, unknown>>;
}

/** Any JSON value. */
export interface JsonHyperparameter extends HyperparameterBase {
  readonly type: 'json';
  readonly default?: unknown;
  /** What else is wrong with a value. */
  readonly check?: (value: unknown) => string | undefined;
}

/** The declaration of one hyperparameter. */
export type Hyperparameter =
  | IntegerHyperparameter
  | ContinuousHyperparameter
  | CategoricalHyperparameter
  | TextHyperparameter
  | BooleanHyperparameter
  | ListHyperparameter
  | ObjectHyperparameter
  | JsonHyperparameter;

/** Name → declaration. */
export type Hyperparameters = Readonly<Record<string, Hyperparameter>>;
