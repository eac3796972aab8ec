import { createHash } from 'node:crypto';
import type { XmlContent } from '../xml/write-xml.ts';

/** The canonical user id of an account: 64 hexadecimal digits, always the same. */
export function ownerId(accountId: string): string {
  return createHash('sha256').update(`canonical user of ${accountId}`).digest('hex');
}

/** The content of `Owner` and `Initiator`. S3 returns no `DisplayName` since November 2025. */
export function ownerElements(accountId: string): XmlContent {
  return [['ID', ownerId(accountId)]];
}
