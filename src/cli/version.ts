import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** optml's own version, from its package.json, two levels above this file in the sources and in the bundle. */
export function ownVersion(): string {
  const text = readFileSync(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
