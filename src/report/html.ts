/** Markup that is safe to put into a page. Only {@link html} and {@link raw} make it. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in a template: text and numbers are escaped, markup is not; nothing stands for nothing. */
export type Content = string | number | Markup | undefined | readonly Content[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A piece of a page, everything in its holes escaped, in text and in quoted attributes. */
export function html(parts: TemplateStringsArray, ...holes: readonly Content[]): Markup {
  return new Markup(parts.map((part, index) => part + show(holes[index])).join(''));
}

/** Markup of our own that is no template, such as a style sheet. */
export function raw(text: string): Markup {
  return new Markup(text);
}

/** A name that may break behind its separators, before it has to break anywhere else: `SAGEMAKER_`, `CONTAINER_`, `LOG_LEVEL`. */
export function breakable(name: string): Markup {
  return new Markup(escapeText(name).replace(/[_./:-]+(?=[\p{L}\p{N}])/gu, '$&<wbr>'));
}

function show(content: Content): string {
  if (content === undefined) return '';
  if (content instanceof Markup) return content.text;
  if (typeof content === 'object') return content.map(show).join('');
  return escapeText(String(content));
}

// Control characters have no place in HTML: their pictures stand for them. Half a surrogate pair is no character.
function escapeText(text: string): string {
  return text
    .toWellFormed()
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
    .replace(/\p{Cc}/gu, showControl)
    .replace(REORDERING, '\ufffd');
}

// They show text in another order than it has.
const REORDERING = /[\u202a-\u202e\u2066-\u2069]/g;

function showControl(character: string): string {
  if ('\t\n\r'.includes(character)) return character;
  return character < ' ' ? String.fromCharCode(0x2400 + character.charCodeAt(0)) : '\ufffd';
}
