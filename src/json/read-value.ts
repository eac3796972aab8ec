/** Reads a value of unknown origin: the value with its type, or undefined if it has another shape. */
export type Read<Value> = (value: unknown) => Value | undefined;

/** What a reader reads. */
export type ReadBy<Reader> = Reader extends Read<infer Value> ? Value : never;

/** A text of at most `longest` UTF-16 units. */
export function textOf(longest: number): Read<string> {
  return (value) => (typeof value === 'string' && value.length <= longest ? value : undefined);
}

/** A whole number from `least` to `greatest`. */
export function wholeOf(least: number, greatest: number): Read<number> {
  return (value) =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= greatest ? value : undefined;
}

export const readFlag: Read<boolean> = (value) => (typeof value === 'boolean' ? value : undefined);

/** One of these texts. */
export function wordOf<Word extends string>(...words: readonly Word[]): Read<Word> {
  return (value) => words.find((word) => word === value);
}

/** The same, or null. */
export function orNull<Value>(read: Read<Value>): Read<Value | null> {
  return (value) => (value === null ? null : read(value));
}

/** The same, changed by `change`; undefined where `change` returns it. */
export function changed<Value, Result>(read: Read<Value>, change: (value: Value) => Result | undefined): Read<Result> {
  return (value) => {
    const found = read(value);
    return found === undefined ? undefined : change(found);
  };
}

/** A list of at most `most` items, or of exactly as many as there are readers. */
export function listOf<Item>(items: readonly Read<Item>[]): Read<readonly Item[]>;
export function listOf<Item>(item: Read<Item>, most: number): Read<readonly Item[]>;
export function listOf<Item>(items: Read<Item> | readonly Read<Item>[], most = 0): Read<readonly Item[]> {
  return (value) => {
    if (!Array.isArray(value)) return undefined;
    const isFixed = typeof items !== 'function';
    if (isFixed ? value.length !== items.length : value.length > most) return undefined;
    const result: Item[] = [];
    for (const [index, one] of value.entries()) {
      const found = (isFixed ? items[index] : items)?.(one);
      if (found === undefined) return undefined;
      result.push(found);
    }
    return result;
  };
}

/** An object with these members of its own. Others are left out of the result. */
export function membersOf<Value extends object>(
  members: {
    readonly [Name in keyof Value]: Read<Value[Name]>;
  },
): Read<Value> {
  const readers = Object.entries<Read<unknown>>(members);
  return (value) => {
    if (!isObject(value)) return undefined;
    const result: Record<string, unknown> = {};
    for (const [name, read] of readers) {
      const found = Object.hasOwn(value, name) ? read(value[name]) : undefined;
      if (found === undefined) return undefined;
      result[name] = found;
    }
    // Each member has been read by the reader of its name.
    return result as Value;
  };
}

/** The first of these shapes that a value has. */
export function anyOf<Values extends readonly unknown[]>(
  ...readers: { readonly [Index in keyof Values]: Read<Values[Index]> }
): Read<Values[number]> {
  return (value) => {
    for (const read of readers) {
      const found = read(value);
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

/** Whether a value is an object and no list. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value of a JSON text; undefined if the text is no JSON. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: no value has the shape that the caller wants.
    return undefined;
  }
}
