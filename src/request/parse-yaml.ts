import {
  type Document,
  isMap,
  isNode,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Pair,
  Parser,
  parseDocument,
  type Scalar,
  visit,
  type YAMLError,
  type YAMLMap,
} from 'yaml';
import { cutText } from '../errors/quote-value.ts';
import type { ParsedDocument } from './document/parsed-document.ts';
import { pathTo } from './problem.ts';
import type { SyntaxProblem } from './read-request.ts';

/**
 * Reads one YAML 1.2 document, whatever version it declares. Dates stay text. Merge keys, tags of other types, keys that
 * are not text and aliases without an end are problems.
 */
export function parseYamlText(text: string): ParsedDocument {
  const lines = new LineCounter();
  const limit = tooLong(text) ?? tooDeep(text);
  if (limit !== undefined) return { problem: limit };
  const document = parseDocument(text, {
    lineCounter: lines,
    schema: 'core',
    resolveKnownTags: false,
    merge: false,
    logLevel: 'error',
    // What the library does for these takes quadratic time.
    uniqueKeys: false,
    prettyErrors: false,
  });
  // A tag that is not resolved is a warning for the library.
  const [error] = [...document.errors, ...document.warnings];
  const problem = error === undefined ? nodeProblem(document, lines) : describe(error, lines);
  if (problem !== undefined) return { problem };
  try {
    return { value: document.toJS(), scalars: scalarTexts(document) };
  } catch {
    // Nothing else can fail by now, and the library does not say where.
    return { problem: { message: 'too many aliases of large values: write some of them out' } };
  }
}

/** How numbers and booleans are written. Those of an alias are not listed: its anchor's are at another path. */
function scalarTexts({ contents }: Document): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  const collect = (node: unknown, path: string): void => {
    if (isMap(node)) {
      for (const { key, value } of node.items) collect(value, pathTo(path, String(isScalar(key) ? key.value : key)));
    } else if (isSeq(node)) {
      for (const [index, item] of node.items.entries()) collect(item, pathTo(path, index));
    } else if (isScalar(node) && typeof node.value !== 'string' && node.source) texts.set(path, node.source);
  };
  collect(contents, '');
  return texts;
}

// The fields of a request may have half of it, and those of the documents that contain one are limited to it too.
const MOST_CHARACTERS = 1 << 20;

function tooLong(text: string): SyntaxProblem | undefined {
  if (text.length <= MOST_CHARACTERS) return undefined;
  return {
    message: `the file has more than ${MOST_CHARACTERS} characters, which no request needs`,
    fix: 'Check that it is the right file.',
  };
}

// A request has about ten. Beyond some thousands the library's recursion ends the process, not with an exception.
const MOST_LEVELS = 100;

// The library reads tokens with a stack of its own, and everything after that by recursion.
function tooDeep(text: string): SyntaxProblem | undefined {
  const lines = new LineCounter();
  lines.addNewLine(0);
  const parser = new Parser(lines.addNewLine);
  for (const token of new Lexer().lex(text)) {
    for (const _ of parser.next(token));
    if (parser.stack.length > MOST_LEVELS) {
      return problemAt(lines, parser.offset, `nested more than ${MOST_LEVELS} levels deep`);
    }
  }
  return undefined;
}

const CLOUD_FORMATION_TAG =
  /^Unresolved tag: !(?:Ref|Sub|GetAtt|Join|Select|Split|If|Equals|Not|And|Or|FindInMap|ImportValue|Base64|Cidr|GetAZs|Transform|Condition)$/;

function describe({ code, message, pos: [offset] }: YAMLError, lines: LineCounter): SyntaxProblem {
  const own = code === 'MULTIPLE_DOCS' ? 'the file contains more than one document' : undefined;
  const [first = ''] = message.split('\n', 1);
  const problem = problemAt(lines, offset, own ?? first);
  if (!CLOUD_FORMATION_TAG.test(first)) return problem;
  const fix = 'Save the request of the training job alone, with values instead of such tags.';
  return { ...problem, message: `${first}, a tag of CloudFormation templates`, fix };
}

/** The first node that has no meaning in JSON. */
function nodeProblem(document: Document, lines: LineCounter): SyntaxProblem | undefined {
  const anchors = new Map<string, unknown>();
  let found: SyntaxProblem | undefined;
  const checked = (node: unknown, message: string | undefined) => {
    if (message === undefined) return undefined;
    found = problemAt(lines, isNode(node) ? node.range?.[0] : undefined, message);
    return visit.BREAK;
  };
  visit(document, {
    Pair: (_, pair) => checked(pair.key ?? pair.value, keyProblem(pair)),
    Value: (_, node) => {
      if (node.anchor !== undefined) anchors.set(node.anchor, node);
      const repeated = isMap(node) ? repeatedKey(node) : undefined;
      return checked(repeated, repeated && 'Map keys must be unique');
    },
    Alias: (_, alias, path) => checked(alias, aliasProblem(alias.source, anchors, path)),
  });
  return found;
}

/** The first key of a map that an earlier one repeats. */
function repeatedKey({ items }: YAMLMap): Scalar | undefined {
  const seen = new Set<unknown>();
  for (const { key } of items) {
    if (!isScalar(key)) continue;
    if (seen.has(key.value)) return key;
    seen.add(key.value);
  }
  return undefined;
}

function keyProblem({ key }: Pair): string | undefined {
  if (!isScalar(key)) return 'a key must be text, got a list, an object or an alias';
  if (typeof key.value !== 'string') {
    const source = key.source ?? String(key.value);
    return `a key must be text, got ${source === '' ? 'nothing' : `${cutText(source)}: quote it`}`;
  }
  if (key.value === '<<' && key.type === 'PLAIN') return 'merge keys (<<) are not supported: write the members out';
  return undefined;
}

function aliasProblem(name: string, anchors: ReadonlyMap<string, unknown>, path: readonly unknown[]) {
  if (!anchors.has(name)) return `there is no anchor &${name} before *${name}: quote text that starts with *`;
  return path.includes(anchors.get(name)) ? `*${name} is inside of its own anchor` : undefined;
}

function problemAt(lines: LineCounter, offset: number | undefined, message: string): SyntaxProblem {
  if (offset === undefined) return { message };
  const { line, col } = lines.linePos(offset);
  return { message, line, column: col };
}
