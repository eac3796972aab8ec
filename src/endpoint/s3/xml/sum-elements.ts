import type { ObjectChecksum } from '../../../buckets/buckets.ts';
import { checksumElement } from '../body/checksum-headers.ts';
import type { XmlContent } from './write-xml.ts';

/** The elements of a checksum in an answer; none without one. */
export function sumElements(checksum: ObjectChecksum | undefined): XmlContent {
  if (checksum === undefined) return [];
  return [
    [checksumElement(checksum.algorithm), checksum.value],
    ['ChecksumType', checksum.type],
  ];
}

/** The elements in lists, which name the algorithm only. */
export function algorithmElements(checksum: Pick<ObjectChecksum, 'algorithm' | 'type'> | undefined): XmlContent {
  if (checksum === undefined) return [];
  return [
    ['ChecksumAlgorithm', checksum.algorithm],
    ['ChecksumType', checksum.type],
  ];
}
