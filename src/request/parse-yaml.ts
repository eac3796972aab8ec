import { parseDocument } from 'yaml';
import type { LocalPathRule } from './read-request.ts';

/** The value of a YAML text, or what is wrong with it. */
export function parseYamlText(text: string): { readonly value?: unknown; readonly problem?: LocalPathRule } {
  const document = parseDocument(text, { prettyErrors: true });
  const [error] = document.errors;
  if (error === undefined) return { value: document.toJS() };
  const [start] = error.linePos ?? [];
  const message = (error.message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '');
  return { problem: { message, ...(start !== undefined && { line: start.line, column: start.col }) } };
}
