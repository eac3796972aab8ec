import { formsOf } from './forms.ts';
import { maskShapes } from './named-values.ts';
import { Search } from './search.ts';

/** Masks the secrets of a job. */
export interface Masker {
  /** Masks the secrets, in each form that a program may print, and what looks like a credential by itself. */
  readonly mask: (text: string) => string;
  /** Masks the secrets alone. */
  readonly maskKnown: (text: string) => string;
}

/**
 * A masker of secrets, none of which is empty. Make it once: at its first use, it makes a table that finds all forms of all
 * secrets at the same time.
 */
export function makeMasker(secrets: readonly string[]): Masker {
  let search: Search | undefined;
  const maskKnown = (text: string) => {
    if (secrets.length === 0) return text;
    search ??= new Search(secrets.flatMap(formsOf));
    return search.mask(text);
  };
  return { mask: (text) => maskShapes(maskKnown(text)), maskKnown };
}

/**
 * The bytes of `source` with every form of the secrets masked, across chunks too. Holds back no more than what may be the
 * beginning of a secret, so that nothing else comes late; at the end such a beginning is masked as well.
 */
export async function* maskStream(source: AsyncIterable<Buffer>, secrets: readonly string[]): AsyncGenerator<Buffer> {
  // One character a byte: whatever else the stream holds comes out as it went in.
  const forms = secrets.flatMap(formsOf).map((form) => Buffer.from(form).toString('latin1'));
  const stream = new Search(forms).stream();
  for await (const chunk of source) {
    const text = stream.push(chunk.toString('latin1'));
    if (text !== '') yield Buffer.from(text, 'latin1');
  }
  const rest = stream.end();
  if (rest !== '') yield Buffer.from(rest, 'latin1');
}
