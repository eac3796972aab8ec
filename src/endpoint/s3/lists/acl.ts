import type { XmlContent } from '../xml/write-xml.ts';
import { ownerElements } from './owner.ts';

const GRANTEE = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"';

/** The access control list of all buckets and objects: the owner may do everything. */
export function aclElements(accountId: string): XmlContent {
  const owner = ownerElements(accountId);
  return [
    ['Owner', owner],
    [
      'AccessControlList',
      [
        [
          'Grant',
          [
            ['Grantee', owner, GRANTEE],
            ['Permission', 'FULL_CONTROL'],
          ],
        ],
      ],
    ],
  ];
}
