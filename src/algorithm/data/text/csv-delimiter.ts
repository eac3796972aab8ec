/** In the order in which AWS's XGBoost prefers them. */
const DELIMITERS = [',', '\t', ';', '|', ' '] as const;

/** The delimiter of a first line: the first of comma, tab, semicolon, bar and space that is in it; without any, a comma. */
export function detectDelimiter(line: string): string {
  const text = line.trim();
  return DELIMITERS.find((delimiter) => text.includes(delimiter)) ?? ',';
}
