import { Refusal } from '../http/refusal.ts';
import type { Version2, Version4 } from './given-signature.ts';

const SKEW_MS = 15 * 60 * 1000;

/**
 * Compares the time of a signature with the clock. Without `isSkewChecked`, only the end of a presigned URL counts.
 *
 * @throws Refusal
 */
export function checkTime({ time, expiresSeconds }: Version4, now: Date, isSkewChecked: boolean): void {
  const signedAt = parseTime(time);
  if (signedAt === undefined) throw new Refusal('malformed-signature', 'The date of the signature is no date.');
  const ageMs = now.getTime() - signedAt;
  if (expiresSeconds !== undefined && ageMs > expiresSeconds * 1000) throw new Refusal('expired-url');
  if (!isSkewChecked) return;
  const isLate = expiresSeconds === undefined && ageMs > SKEW_MS;
  if (isLate || ageMs < -SKEW_MS) throw new Refusal('skewed-clock', skewText(time, now));
}

/** @throws Refusal for a URL whose time is over. */
export function checkVersion2Time({ expires }: Version2, now: Date): void {
  if (now.getTime() > expires * 1000) throw new Refusal('expired-url');
}

function skewText(time: string, now: Date): string {
  return `The signature was made at ${time}, more than 15 minutes from the time of this machine (${now.toISOString()}).`;
}

/** Milliseconds since 1970 of `YYYYMMDDTHHMMSSZ`; undefined for an impossible date. */
function parseTime(time: string): number | undefined {
  const iso = time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
  const parsed = Date.parse(iso);
  return Number.isNaN(parsed) ? undefined : parsed;
}
