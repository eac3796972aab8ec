import type { ListedObject } from '../../../buckets/buckets.ts';
import { algorithmElements } from '../xml/sum-elements.ts';
import type { XmlContent, XmlElement } from '../xml/write-xml.ts';

/** What all lists of objects say of one. */
export function objectElements(object: ListedObject, writeKey: (key: string) => string): XmlContent {
  return [
    ['Key', writeKey(object.key)],
    ['LastModified', object.modifiedAt],
    ['ETag', `"${object.etag}"`],
    ...algorithmElements(object.checksum),
    ['Size', object.size],
    ['StorageClass', 'STANDARD'],
  ];
}

export function prefixElements(prefixes: readonly string[], writeKey: (key: string) => string): XmlContent {
  return prefixes.map((prefix): XmlElement => ['CommonPrefixes', [['Prefix', writeKey(prefix)]]]);
}
