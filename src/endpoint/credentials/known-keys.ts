import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { Refusal } from '../http/refusal.ts';
import type { KeyPair, Keys, TemporaryKeys } from './keys.ts';

/** What the ids of temporary access keys start with. */
const TEMPORARY_PREFIX = 'OPTMT';
const ID_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const TOKEN = /^optml-(\d{1,10})-([\w-]{43})$/;

/**
 * The keys of `own` and the temporary ones that are derived from its secret. Those need no memory and stay valid over a
 * restart of the endpoint: the token contains the time of their end, and a code that only this secret can make.
 */
export function knownKeys(own: KeyPair): Keys {
  return {
    secretOf(accessKeyId, sessionToken, now) {
      if (accessKeyId === own.accessKeyId) {
        if (sessionToken !== undefined) throw new Refusal('invalid-token');
        return own.secretAccessKey;
      }
      if (!accessKeyId.startsWith(TEMPORARY_PREFIX)) throw new Refusal('unknown-key');
      return temporarySecret(own, accessKeyId, sessionToken, now);
    },
    issue: (expiresAt) => issue(own, expiresAt),
  };
}

function issue(own: KeyPair, expiresAt: Date): TemporaryKeys {
  const accessKeyId = `${TEMPORARY_PREFIX}${randomId(15)}`;
  const seconds = Math.floor(expiresAt.getTime() / 1000);
  return {
    accessKeyId,
    secretAccessKey: derived(own, 'secret', accessKeyId, seconds).slice(0, 40),
    sessionToken: `optml-${seconds}-${derived(own, 'token', accessKeyId, seconds)}`,
    expiresAt: new Date(seconds * 1000),
  };
}

function temporarySecret(own: KeyPair, accessKeyId: string, sessionToken: string | undefined, now: Date): string {
  const [, seconds, code] = TOKEN.exec(sessionToken ?? '') ?? [];
  if (seconds === undefined || code === undefined) throw new Refusal('invalid-token');
  const expected = derived(own, 'token', accessKeyId, Number(seconds));
  if (!timingSafeEqual(Buffer.from(code), Buffer.from(expected))) throw new Refusal('invalid-token');
  if (now.getTime() >= Number(seconds) * 1000) throw new Refusal('expired-token');
  return derived(own, 'secret', accessKeyId, Number(seconds)).slice(0, 40);
}

/** 43 characters that only the holder of the secret can make. */
function derived(own: KeyPair, purpose: 'secret' | 'token', accessKeyId: string, seconds: number): string {
  const hmac = createHmac('sha256', own.secretAccessKey);
  return hmac.update(JSON.stringify([purpose, accessKeyId, seconds])).digest('base64url');
}

/** Random capital letters and digits, as AWS's access keys have them. */
export function randomId(length: number): string {
  return Array.from(randomBytes(length), (byte) => ID_ALPHABET[byte % ID_ALPHABET.length]).join('');
}
