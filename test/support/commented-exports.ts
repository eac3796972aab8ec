import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** A name that a module exports, with the comment above its declaration. */
export interface CommentedExport {
  readonly name: string;
  /** The file that declares it. Absolute. */
  readonly file: string;
  /** The text of the comment without its stars; empty without a comment. */
  readonly comment: string;
  /** Whether it is a type only: such a name has nothing that runs. */
  readonly isType: boolean;
}

const REEXPORT = /^export (?:type )?(?:\{([^}]*)\}|\*) from '([^']+)';/gm;
const DECLARATION =
  /^export (?:declare )?(?:abstract )?(?:async )?(?:function\*?|const|class|(interface|type)) (?!\{)(\w+)/gm;
const COMMENT_BEFORE = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n$/;

/** All names that a source file exports, those of other files included. Reads the text: sources have the form of Biome. */
export function exportsOf(file: string): readonly CommentedExport[] {
  const text = readFileSync(file, 'utf8');
  const found = new Map<string, CommentedExport>();
  for (const { 1: type, 2: name = '', index } of text.matchAll(DECLARATION)) {
    // Of overloads the first one.
    if (found.has(name)) continue;
    found.set(name, { name, file, comment: commentBefore(text.slice(0, index)), isType: type !== undefined });
  }
  for (const [, names, from = ''] of text.matchAll(REEXPORT)) {
    const inner = exportsOf(resolve(dirname(file), from));
    for (const [original, name] of names === undefined ? inner.map(({ name }) => [name, name]) : pairsOf(names)) {
      const declared = inner.find((candidate) => candidate.name === original);
      assert.ok(declared !== undefined && name !== undefined, `${from} declares no ${original}`);
      found.set(name, { ...declared, name });
    }
  }
  return [...found.values()];
}

/** The TypeScript code of each `@example` in a comment. */
export function examplesIn(comment: string): readonly string[] {
  return comment
    .split(/^@/m)
    .filter((part) => part.startsWith('example'))
    .flatMap((part) => /^```ts\n([\s\S]*?)^```/m.exec(part)?.[1] ?? []);
}

/** The lines that an example says it prints: the comments behind calls of `console.log`. */
export function printedLines(example: string): readonly string[] {
  return [...example.matchAll(/^\s*console\.log\(.*\); \/\/ (.+)$/gm)].map(([, line = '']) => line);
}

function pairsOf(names: string): readonly (readonly string[])[] {
  return names
    .split(',')
    .map((name) => name.trim().replace(/^type /, ''))
    .filter((name) => name !== '')
    .map((name) => {
      const [original = '', renamed = original] = name.split(' as ');
      return [original, renamed];
    });
}

function commentBefore(text: string): string {
  const [, comment = ''] = COMMENT_BEFORE.exec(text) ?? [];
  return comment.replaceAll(/^ *\* ?/gm, '').trim();
}
