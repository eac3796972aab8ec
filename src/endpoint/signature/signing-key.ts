import { getSigningKey } from '@smithy/signature-v4';
import type { Scope } from './given-signature.ts';
import { Sha256 } from './sha256.ts';

/** The key that signs within a scope; the SDK keeps the last 50. */
export function signingKeyOf(scope: Scope, secretAccessKey: string): Promise<Uint8Array> {
  const { accessKeyId, date, region, service } = scope;
  return getSigningKey(Sha256, { accessKeyId, secretAccessKey }, date, region, service);
}
