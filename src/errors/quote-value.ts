const LONGEST_SHOWN = 60;

/** A text for a message: cut where it is longer than `longest` characters. */
export function cutText(text: string, longest: number = LONGEST_SHOWN): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

/** A value for a message: in double quotes, cut where it is long. */
export function quoteValue(text: string): string {
  return `"${cutText(text)}"`;
}
