import type { RawName } from '../../job-tree/raw-name.ts';
import type { ListEntry, ListedObject, ListQuery } from '../buckets.ts';
import { rawKey, textOfKey } from './order.ts';

/** Keys in the order of their bytes. Strings of bytes compare in that order; text would compare by UTF-16 units. */
export interface KeySource {
  /** The first object whose key is not before `bound`. Bounds mostly grow from call to call. */
  from(bound: RawName): KeyedObject | undefined;
}

export interface KeyedObject {
  readonly raw: RawName;
  readonly object: ListedObject;
}

/** Greater than any byte of UTF-8: behind a prefix, it is behind all keys that begin with that. */
const BEHIND = '\xff';

/** The objects and common prefixes that a query wants of a source. */
export function* rollUp(source: KeySource, query: ListQuery): Generator<ListEntry> {
  const prefix = rawKey(query.prefix);
  const delimiter = query.delimiter === undefined ? '' : rawKey(query.delimiter);
  const after = query.after === undefined ? undefined : rawKey(query.after);
  let bound = after === undefined || after < prefix ? prefix : next(after);
  for (;;) {
    const found = source.from(bound);
    if (!found?.raw.startsWith(prefix)) return;
    const common = commonPrefix(found.raw, prefix, delimiter);
    if (common === undefined) {
      bound = next(found.raw);
      yield { kind: 'object', object: found.object };
    } else {
      bound = `${common}${BEHIND}`;
      if (after === undefined || common > after) yield { kind: 'prefix', prefix: textOfKey(common) };
    }
  }
}

/** The key that comes next to this one: nothing is between them. */
function next(key: RawName): RawName {
  return `${key}\0`;
}

function commonPrefix(key: RawName, prefix: RawName, delimiter: RawName): RawName | undefined {
  if (delimiter === '') return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}
