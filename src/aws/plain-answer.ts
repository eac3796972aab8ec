/** An answer of the SDK as the API's JSON has it: times in seconds since 1970, nothing of the SDK's own. */
export function plainAnswer(answer: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { $metadata: _, ...members } = answer;
  return plain(members) as Readonly<Record<string, unknown>>;
}

function plain(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(entries.map(([name, member]) => [name, plain(member)]));
}
