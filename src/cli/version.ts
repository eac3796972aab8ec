import { readFileSync } from 'node:fs';

/** optml's own version, from its package.json, two levels above this file in the sources and in the bundle. */
export function ownVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
