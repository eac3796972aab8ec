import { parseXML } from '@aws-sdk/xml-builder';
import { malformedXml } from '../errors.ts';

/** The content of an element: its text, or its children by name. */
export type XmlNode = string | { readonly [name: string]: XmlNode | readonly XmlNode[] };

const MAX_DEPTH = 8;
/** A key of 1,024 bytes, each of them as a reference. */
const MAX_TEXT_LENGTH = 8 * 1024;
const MAX_TAG_LENGTH = 1024;
/** A list of 10,000 parts has 60,000. */
const MAX_ELEMENTS = 100_000;
/** The parser takes a microsecond for each. */
const MAX_REFERENCES = 100_000;

// A tag up to its first `>`: S3's documents have no `>` in attributes, no comments, no CDATA and no document type. The parser
// recurses for each level, so levels are counted before; nothing that this form allows means another level to the parser.
const TAG = /^(?:\/[A-Za-z][\w.:-]*\s*|[A-Za-z][\w.:-]*(?:\s+[\w.:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*\s*\/?)$/;
const DECLARATION = /^\ufeff?\s*<\?xml[^<>]*\?>/;
const REFERENCE = /&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));|&/g;

/**
 * The content of the root element of a request's document. The parser looks at each character by itself while no other request
 * is answered: what no document of S3 contains is refused before.
 *
 * @throws ServiceError MalformedXML, also if there are more than `maxElements` elements.
 */
export function readXml(text: string, root: string, maxElements = MAX_ELEMENTS): XmlNode {
  const body = text.replace(DECLARATION, '');
  checkForm(body, maxElements);
  const content = parse(decodeFarReferences(body))[root];
  if (content === undefined) throw malformedXml();
  return content;
}

/** The children of this name. */
export function children(node: XmlNode | undefined, name: string): readonly XmlNode[] {
  if (node === undefined || typeof node === 'string' || !Object.hasOwn(node, name)) return [];
  const found = node[name] ?? [];
  return Array.isArray(found) ? (found as readonly XmlNode[]) : [found as XmlNode];
}

/** The text of a child; undefined without one. @throws ServiceError MalformedXML if it is no text, or there are several */
export function textOf(node: XmlNode | undefined, name: string): string | undefined {
  const [child, second] = children(node, name);
  if (second !== undefined || (child !== undefined && typeof child !== 'string')) throw malformedXml();
  return child;
}

function parse(text: string): Readonly<Record<string, XmlNode>> {
  try {
    return parseXML(text) as Readonly<Record<string, XmlNode>>;
  } catch {
    throw malformedXml();
  }
}

function checkForm(text: string, maxElements: number): void {
  let depth = 0;
  let elements = 0;
  let end = -1;
  for (let start = text.indexOf('<'); start >= 0; start = text.indexOf('<', end)) {
    if (start - end - 1 > MAX_TEXT_LENGTH) throw malformedXml();
    end = text.indexOf('>', start);
    if (end < 0 || end - start > MAX_TAG_LENGTH) throw malformedXml();
    const tag = text.slice(start + 1, end);
    if (!TAG.test(tag)) throw malformedXml();
    if (!tag.startsWith('/')) elements += 1;
    if (tag.startsWith('/')) depth -= 1;
    else if (!tag.endsWith('/')) depth += 1;
    if (depth < 0 || depth > MAX_DEPTH || elements > maxElements) throw malformedXml();
  }
}

function decodeFarReferences(text: string): string {
  let references = 0;
  return text.replace(REFERENCE, (...found) => {
    references += 1;
    if (references > MAX_REFERENCES) throw malformedXml();
    return decodeFarReference(...(found as unknown as Parameters<typeof decodeFarReference>));
  });
}

// The parser cuts numbers above 0xffff, and drops names that it does not know.
function decodeFarReference(reference: string, hex?: string, decimal?: string, name?: string): string {
  if (name !== undefined) return reference;
  if (hex === undefined && decimal === undefined) throw malformedXml();
  const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  if (point > 0x10ffff) throw malformedXml();
  return point > 0xffff ? String.fromCodePoint(point) : reference;
}
