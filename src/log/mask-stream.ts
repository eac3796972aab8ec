import { MASK } from './secrets.ts';

// The start of a secret at the very end of a stream: shorter ones tell nothing, and may be anything.
const TELLING_BYTES = 6;

/**
 * The bytes of `source` with every one of `secrets` (ASCII) masked, across chunks too. Holds back no more than what may be
 * the beginning of a secret, so that nothing else comes late; at the end such a beginning is masked as well.
 */
export async function* maskStream(source: AsyncIterable<Buffer>, secrets: readonly string[]): AsyncGenerator<Buffer> {
  let held = '';
  for await (const chunk of source) {
    // One character a byte: whatever else the stream holds comes out as it went in.
    let text = held + chunk.toString('latin1');
    for (const secret of secrets) text = text.replaceAll(secret, MASK);
    const end = text.length - beginningOfSecret(text, secrets);
    held = text.slice(end);
    if (end > 0) yield Buffer.from(text.slice(0, end), 'latin1');
  }
  if (held !== '') yield Buffer.from(held.length < TELLING_BYTES ? held : MASK, 'latin1');
}

/** How many of the last characters of `text` begin a secret. */
function beginningOfSecret(text: string, secrets: readonly string[]): number {
  let longest = 0;
  for (const secret of secrets) {
    // A whole secret is masked by now. The first place that fits is the longest.
    for (let at = Math.max(0, text.length - secret.length + 1); at < text.length - longest; at++) {
      if (secret.startsWith(text.slice(at))) longest = text.length - at;
    }
  }
  return longest;
}
