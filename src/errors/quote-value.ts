const LONGEST_SHOWN = 60;

/** A value for a message: in double quotes, cut where it is long. */
export function quoteValue(text: string): string {
  return `"${text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text}"`;
}
