/**
 * Characters that a terminal obeys, that change the order of others, or that are invisible: controls (C0, DEL, C1), bidirectional
 * controls, line and paragraph separators, everything of no width, halves of a pair. An emoji may need two of them.
 */
const UNSEEN =
  /(?<!\p{Extended_Pictographic}|\p{Emoji_Modifier})\ufe0f|\u200d(?!\p{Extended_Pictographic})|(?![\ufe0f\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** What is found in almost every text of optml. */
const PLAIN = /^[\n\t\x20-\x7e]*$/;

/** A text for people, as optml prints it: what is unseen or changes a terminal is shown as an escape. Lines and tabs stay. */
export function visibleText(text: string): string {
  if (PLAIN.test(text)) return text;
  return text
    .replaceAll('\r\n', '\n')
    .replace(UNSEEN, (character) => (/[\n\t]/.test(character) ? character : escapeOf(character)));
}

/** The same as one line: line breaks and tabs are escapes too. */
export function visibleLine(text: string): string {
  return text.replace(UNSEEN, escapeOf);
}

/** The same for JSON, as escapes that a program reads back. */
export function visibleJson(json: string): string {
  return json.replace(UNSEEN, (character) =>
    character === '\n'
      ? character
      : Array.from({ length: character.length }, (_, at) => `\\u${hex(character.charCodeAt(at), 4)}`).join(''),
  );
}

function escapeOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x100 ? `\\x${hex(code, 2)}` : `\\u{${hex(code, 1)}}`;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
