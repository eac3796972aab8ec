import { invalidParameter } from './log-errors.ts';

/** Whether a message fits a filter pattern. */
export type MessageFilter = (message: string) => boolean;

interface Term {
  readonly kind: 'all' | 'any' | 'none';
  readonly text: string;
}

// A quoted phrase, or a word; `?` before it: one of these is enough; `-`: must not be there.
const TERM = /([?-]?)(?:"((?:[^"\\]|\\.)*)"|([^\s"]+))(?:\s+|$)/y;

/**
 * A filter pattern of CloudWatch Logs made of terms: all words and quoted phrases must be in the message, of those with `?`
 * one, of those with `-` none. Letters count as they are written.
 *
 * @throws ServiceError InvalidParameterException for a pattern of another kind (JSON, columns, regular expressions), or a
 * quote without an end.
 */
export function filterOf(pattern: string): MessageFilter {
  const text = pattern.trim();
  if (/^[{[]/.test(text) || /%[^%]+%/.test(text)) {
    throw invalidParameter(
      'Filter patterns for JSON, for columns and with regular expressions are not part of optml. Use words and "phrases".',
    );
  }
  const terms = termsOf(text);
  const all = terms.filter(({ kind }) => kind === 'all');
  const any = terms.filter(({ kind }) => kind === 'any');
  const none = terms.filter(({ kind }) => kind === 'none');
  return (message) => {
    const holds = (term: Term) => message.includes(term.text);
    return all.every(holds) && !none.some(holds) && (any.length === 0 || any.some(holds));
  };
}

function termsOf(text: string): readonly Term[] {
  const terms: Term[] = [];
  TERM.lastIndex = 0;
  while (TERM.lastIndex < text.length) {
    const [, sign, phrase, word] = TERM.exec(text) ?? [];
    if (sign === undefined) throw invalidParameter('Invalid filter pattern: a quote has no end.');
    const kind = sign === '?' ? 'any' : sign === '-' ? 'none' : 'all';
    terms.push({ kind, text: phrase?.replace(/\\(.)/g, '$1') ?? word ?? '' });
  }
  return terms;
}
