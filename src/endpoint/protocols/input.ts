import type { ServiceError } from '../http/service-error.ts';

/** The members of a request, as its protocol has read them: nothing is known of them yet. */
export type Input = Readonly<Record<string, unknown>>;

/** What a member that is wrong is answered with. */
export type InvalidInput = (message: string) => ServiceError;

/** Reads members of a request, and refuses those of another type or beyond their limits. */
export class InputReader {
  readonly #input: Input;
  readonly #invalid: InvalidInput;

  constructor(input: Input, invalid: InvalidInput) {
    this.#input = input;
    this.#invalid = invalid;
  }

  /** Whether the member was sent. */
  has(name: string): boolean {
    return (this.#input[name] ?? undefined) !== undefined;
  }

  /** A text of 1 to `longest` characters. */
  text(name: string, longest = 512): string | undefined {
    const value = this.#input[name] ?? undefined;
    if (value === undefined) return undefined;
    if (typeof value !== 'string') throw this.#wrong(name, 'must be a string');
    if (value.length === 0 || value.length > longest) throw this.#wrong(name, `must have 1 to ${longest} characters`);
    return value;
  }

  requiredText(name: string, longest?: number): string {
    const value = this.text(name, longest);
    if (value === undefined) throw this.#wrong(name, 'must not be null');
    return value;
  }

  /** One of `values`. */
  choice<Value extends string>(name: string, values: readonly Value[]): Value | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const known = values.find((one) => one === value);
    if (known === undefined) throw this.#wrong(name, `must satisfy enum value set: [${values.join(', ')}]`);
    return known;
  }

  /** A whole number from `least` to `most`. */
  integer(name: string, least: number, most: number): number | undefined {
    const value = numberOf(this.#input[name]);
    if (value === undefined) return undefined;
    if (!Number.isSafeInteger(value)) throw this.#wrong(name, 'must be an integer');
    if (value < least) throw this.#wrong(name, `must have a value greater than or equal to ${least}`);
    if (value > most) throw this.#wrong(name, `must have a value less than or equal to ${most}`);
    return value;
  }

  flag(name: string): boolean {
    const value = this.#input[name] ?? false;
    if (value === true || value === 'true') return true;
    if (value === false || value === 'false') return false;
    throw this.#wrong(name, 'must be a boolean');
  }

  /** A time, in milliseconds since 1970: JSON has it in seconds, forms as a text of ISO 8601. */
  time(name: string): number | undefined {
    const value = this.#input[name] ?? undefined;
    if (value === undefined) return undefined;
    const time = typeof value === 'string' && !/^[\d.]+$/.test(value) ? Date.parse(value) : Number(value) * 1000;
    if (!Number.isFinite(time)) throw this.#wrong(name, 'must be a time');
    return time;
  }

  requiredTime(name: string): number {
    const value = this.time(name);
    if (value === undefined) throw this.#wrong(name, 'must not be null');
    return value;
  }

  /** Texts, at most `most`. */
  texts(name: string, most: number): readonly string[] | undefined {
    return this.#list(name, most)?.map((value) => {
      if (typeof value !== 'string') throw this.#wrong(name, 'must be a list of strings');
      return value;
    });
  }

  /** Structures, at most `most`, each with a reader of its own. */
  structures(name: string, most: number): readonly InputReader[] {
    return (this.#list(name, most) ?? []).map((value) => this.#structure(name, value));
  }

  structure(name: string): InputReader | undefined {
    const value = this.#input[name] ?? undefined;
    return value === undefined ? undefined : this.#structure(name, value);
  }

  #structure(name: string, value: unknown): InputReader {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw this.#wrong(name, 'must be a structure');
    }
    return new InputReader(value as Input, this.#invalid);
  }

  #list(name: string, most: number): readonly unknown[] | undefined {
    const value = this.#input[name] ?? undefined;
    if (value === undefined) return undefined;
    if (!Array.isArray(value)) throw this.#wrong(name, 'must be a list');
    if (value.length > most) throw this.#wrong(name, `must have at most ${most} members`);
    return value;
  }

  #wrong(name: string, rule: string): ServiceError {
    return this.#invalid(
      `1 validation error detected: Value at '${name}' failed to satisfy constraint: Member ${rule}`,
    );
  }
}

// Forms have numbers as texts.
function numberOf(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
}
