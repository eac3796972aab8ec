import { visibleText } from '../../text/visible.ts';
import { CLEAR_LINE } from './clear-line.ts';

/** A standard stream that takes optml's own text: what a terminal would obey in it is shown as escapes. */
export interface OwnStream extends Pick<NodeJS.WriteStream, 'isTTY' | 'columns'> {
  /** A text, which may begin with {@link CLEAR_LINE}. */
  readonly write: (text: string) => boolean;
}

/** Standard error, for own text. */
export function ownStandardError(): OwnStream {
  const { stderr } = process;
  return { isTTY: stderr.isTTY, columns: stderr.columns, write: (text) => stderr.write(ownText(text)) };
}

/** A text of optml's own, which may begin with {@link CLEAR_LINE}, as a terminal may get it. */
export function ownText(text: string): string {
  return text.startsWith(CLEAR_LINE) ? CLEAR_LINE + visibleText(text.slice(CLEAR_LINE.length)) : visibleText(text);
}
