import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../../src/json/value.ts';
import { trials } from './trials.ts';

/** Seed of all generated values: another one for each run unless OPTML_TEST_SEED names one. Shown when a test fails. */
export const SEED: number = Number(process.env['OPTML_TEST_SEED']) || Date.now() % 0x7fffffff;

/** How to run the same values again, for messages. */
export const SEED_NOTE = `OPTML_TEST_SEED=${SEED}`;

/** Settings of fast-check for `numRuns` runs from {@link SEED}; ten times as many in `npm run test:long`. */
export function seeded(numRuns: number): { readonly seed: number; readonly numRuns: number } {
  return { seed: SEED, numRuns: trials({ gate: numRuns, long: 10 * numRuns }) };
}

const unit = (min: number, max: number) => fc.integer({ min, max });

/** Any text of UTF-16 units: controls, quotes, Latin, CJK, pairs and halves of surrogate pairs, unassigned characters. */
export const anyText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: unit(0x20, 0x7e) },
      { weight: 2, arbitrary: fc.constantFrom(...`"'\\/=,: -._\n\r\t`).map((character) => character.charCodeAt(0)) },
      { weight: 1, arbitrary: unit(0, 0x1f) },
      { weight: 1, arbitrary: unit(0x7f, 0x2ff) },
      { weight: 1, arbitrary: unit(0x300, 0xffff) },
      { weight: 2, arbitrary: unit(0xd800, 0xdfff) },
    ),
    { maxLength: 12 },
  )
  .map((units) => String.fromCharCode(...units));

/** Text that a process can be given: no NUL, no half of a surrogate pair. */
export const passableText: fc.Arbitrary<string> = anyText.map((text) => text.toWellFormed().replaceAll('\0', ''));

/** Names as hyperparameters have them: mostly plain, some hostile. */
export const anyName: fc.Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_.-]{0,10}$/) },
  { weight: 2, arbitrary: anyText },
  { weight: 1, arbitrary: fc.constantFrom('__proto__', 'constructor', 'toString', '0', '10', '9', '', '-', 'é', '𝒳') },
);

/** Any double, by its bits: NaN, infinities, negative zero and subnormal numbers among them. */
export const anyFloat: fc.Arbitrary<number> = fc.oneof(
  fc.double(),
  fc.constantFrom(0, -0, 1, 0.1, 1e-5, 1e-4, 1e15, 1e16, 1e17, 123456789012345680, 5e-324, 1.7976931348623157e308),
  fc.float(),
);

/** Integers of any size, most of them small. */
export const anyInteger: fc.Arbitrary<bigint> = fc.oneof(
  fc.bigInt({ min: -1000n, max: 1000n }),
  fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }),
  fc.bigInt({ min: -(10n ** 60n), max: 10n ** 60n }),
);

/** Any JSON value in Python's dialect; texts and names from the arbitraries given. */
export function jsonValues(text = anyText, name = anyName): fc.Arbitrary<JsonValue> {
  const { value } = fc.letrec<{ value: JsonValue; list: JsonValue[]; object: JsonObject }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4, depthSize: 'small', withCrossShrink: true },
      fc.oneof(fc.constant(null), fc.boolean(), text, anyInteger, anyFloat),
      tie('list'),
      tie('object'),
    ),
    list: fc.array(tie('value'), { maxLength: 5 }),
    object: fc.array(fc.tuple(name, tie('value')), { maxLength: 5 }).map((entries) => new Map(entries)),
  }));
  return value;
}

/**
 * Writes a value as some other program might: in the object's own order, with spaces, non-ASCII as it is. By Node's own
 * means, so that it does not share a mistake with the writer under test.
 */
export function writeLoosely(value: JsonValue): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') return writeFloat(value);
  if (Array.isArray(value)) return `[ ${value.map(writeLoosely).join(' ,\t')}]`;
  return `{${[...value].map(([name, item]) => `${JSON.stringify(name)} : ${writeLoosely(item)}`).join(',\r\n ')} }`;
}

function writeFloat(value: number): string {
  const text = Object.is(value, -0) ? '-0' : String(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}
