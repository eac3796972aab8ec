/**
 * The values of a list that is not JSON: between commas, also in brackets, with single or double quotes, as Python prints
 * lists and tuples. An empty text has no values.
 */
export function splitList(text: string): readonly string[] {
  const inner = /^(?:\[.*\]|\(.*\))$/s.test(text) ? text.slice(1, -1) : text;
  // Python writes a comma after the only value of a tuple.
  const body = inner.trim().replace(/,$/, '');
  if (body === '') return [];
  return body.split(',').map((item) => withoutQuotes(item.trim()));
}

function withoutQuotes(text: string): string {
  const [first] = text;
  return text.length >= 2 && (first === "'" || first === '"') && text.endsWith(first) ? text.slice(1, -1) : text;
}
