// A reporter of node:test: one line of JSON for the whole file, with its counts and the tests that were skipped.
export default async function* report(events) {
  const counts = {};
  const skips = [];
  for await (const { type, data } of events) {
    if (type === 'test:diagnostic') {
      const [, name, count] = /^(pass|fail|cancelled|skipped|todo) (\d+)$/.exec(data.message) ?? [];
      if (name !== undefined && data.nesting === 0) counts[name] = Number(count);
    }
    const isSkipped = (type === 'test:pass' || type === 'test:fail') && data.skip !== undefined;
    if (isSkipped) skips.push({ name: data.name, reason: typeof data.skip === 'string' ? data.skip : '' });
  }
  yield JSON.stringify({ ...counts, skips });
}
