import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** What a proof is made of: who proves it, for which host, and the random texts of both ends. */
export interface ProofParts {
  readonly by: 'first host' | 'host';
  readonly host: string;
  readonly hostNonce: string;
  readonly firstNonce: string;
}

/** A random text that is used once. */
export function makeNonce(): string {
  return randomBytes(32).toString('hex');
}

/** Proves that its maker knows the secret of the job, without showing it. */
export function proofOf(secret: string, { by, host, hostNonce, firstNonce }: ProofParts): string {
  return createHmac('sha256', secret)
    .update(JSON.stringify([by, host, hostNonce, firstNonce]))
    .digest('hex');
}

/** Whether a proof is right. Takes the same time for every wrong one. */
export function isProof(given: string, secret: string, parts: ProofParts): boolean {
  const [own, other] = [Buffer.from(proofOf(secret, parts)), Buffer.from(given)];
  return own.length === other.length && timingSafeEqual(own, other);
}
