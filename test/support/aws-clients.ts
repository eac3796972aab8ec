import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * The folder of the AWS clients that `test/clients/setup` installs: that of the gate, else that of its own default. Undefined
 * without any.
 */
export function awsClients(): string | undefined {
  const { OPTML_CLIENTS_CACHE, OPTML_TEST_CACHE, XDG_CACHE_HOME } = process.env;
  const caches = XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const places = [
    OPTML_CLIENTS_CACHE,
    join(OPTML_TEST_CACHE ?? join(caches, 'optml-test'), 'clients'),
    join(caches, 'optml-clients'),
  ];
  return places.find((place) => place !== undefined && existsSync(join(place, 'v2.done')));
}
