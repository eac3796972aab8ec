import { cutText } from '../../errors/quote-value.ts';
import { JsonDepthError, JsonSyntaxError, parseJson } from '../../json/parse.ts';
import type { JsonValue } from '../../json/value.ts';
import { pathTo } from '../problem.ts';
import type { SyntaxProblem } from '../read-request.ts';
import type { ParsedDocument } from './parsed-document.ts';

/**
 * Reads a JSON text strictly: names that an object has twice, `NaN` and the infinities are problems too. The digits of each
 * number are kept as they are written.
 */
export function parseJsonDocument(text: string): ParsedDocument {
  try {
    const tree = parseJson(text, {
      number(digits, offset) {
        if (!/\d/.test(digits)) throw new JsonSyntaxError(text, offset, 'a value');
        return digits;
      },
      repeated(name, offset) {
        throw new RepeatedName(text, name, offset);
      },
    });
    const value: unknown = JSON.parse(text);
    const numbers = new Map<string, string>();
    collectNumbers(tree, value, '', numbers);
    return { value, scalars: numbers };
  } catch (error) {
    return { problem: problemOf(error, text) };
  }
}

class RepeatedName extends JsonSyntaxError {
  override readonly message: string;

  constructor(text: string, name: string, offset: number) {
    super(text, offset, 'another name');
    this.message = `the name "${cutText(name)}" is in this object twice`;
  }
}

/** Adds the digits of all numbers in `value`: in `tree`, which is the same otherwise, they are texts. */
function collectNumbers(tree: JsonValue, value: unknown, path: string, into: Map<string, string>): void {
  if (typeof value === 'number' && typeof tree === 'string') into.set(path, tree);
  else if (Array.isArray(tree)) {
    for (const [index, item] of tree.entries())
      collectNumbers(item, (value as readonly unknown[])[index], pathTo(path, index), into);
  } else if (tree instanceof Map) {
    for (const [name, content] of tree)
      collectNumbers(content, (value as Readonly<Record<string, unknown>>)[name], pathTo(path, name), into);
  }
}

function problemOf(error: unknown, text: string): SyntaxProblem {
  if (error instanceof JsonDepthError) return { message: error.message, fix: 'Flatten the value.' };
  if (!(error instanceof JsonSyntaxError)) return { message: (error as Error).message };
  const { message, line, column } = error;
  return { message, line, column, fix: error instanceof RepeatedName ? 'Remove one of the two.' : fixOf(error, text) };
}

/** What to do about the mistakes that are made often. */
function fixOf({ offset, expected }: JsonSyntaxError, text: string): string {
  const rest = text.slice(offset);
  if (text.trim() === '') return 'The file is empty: "optml init" writes a project with a job file.';
  if (rest === '') return 'The file ends too early: was it cut off?';
  if (/^(?:\/\/|\/\*|#)/.test(rest))
    return 'JSON has no comments: remove it, or write the file as YAML (.yaml), which has.';
  if (rest.startsWith("'")) return 'Write double quotes; Python writes them with json.dumps.';
  if (/^[}\]]/.test(rest) && /,\s*$/.test(text.slice(0, offset))) return 'Remove the comma before it.';
  const word = /^[\w.+-]+/.exec(rest)?.[0];
  if (word !== undefined && /^a (?:value|number)$/.test(expected)) return `Quote it: "${cutText(word)}"`;
  return expected.startsWith('","') ? 'Add the missing comma or bracket before this place.' : 'Correct the file there.';
}
