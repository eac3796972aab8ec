import { XmlText } from '@aws-sdk/xml-builder';

/** Elements in their order; those that are undefined are left out. */
export type XmlContent = readonly XmlElement[];

export type XmlElement =
  | readonly [name: string, content: XmlContent | string | number | boolean | Date | undefined]
  | readonly [name: string, content: XmlContent, attributes: string];

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** A document of S3, whose root has S3's namespace. */
export function xmlDocument(root: string, content: XmlContent | string): string {
  const inner = typeof content === 'string' ? escapeXml(content) : elements(content);
  return withDeclaration(`<${root} xmlns="${NAMESPACE}">${inner}</${root}>`);
}

/** A document without a namespace, as those of errors are. */
export function plainXmlDocument(root: string, content: XmlContent): string {
  return withDeclaration(`<${root}>${elements(content)}</${root}>`);
}

function withDeclaration(text: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${text}`;
}

function elements(content: XmlContent): string {
  let text = '';
  for (const [name, value, attributes] of content) {
    if (value === undefined) continue;
    const start = attributes === undefined ? name : `${name} ${attributes}`;
    text += `<${start}>${typeof value === 'object' && !(value instanceof Date) ? elements(value) : escaped(value)}</${name}>`;
  }
  return text;
}

function escaped(value: string | number | boolean | Date): string {
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'string' ? escapeXml(value) : String(value);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that XML 1.0 does not allow
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/** Nothing in such a text is escaped. Most keys, and all ETags without their quotes, are of this kind. */
const PLAIN = /^[\w !#$%()*+,./:;=?@[\\\]^`{|}~-]*$/;

/** What XML 1.0 does not allow becomes a reference, as S3 answers keys without `encoding-type=url`. Most parsers refuse it. */
function escapeXml(text: string): string {
  if (PLAIN.test(text)) return text;
  return new XmlText(text).toString().replace(NOT_XML, (char) => `&#x${char.charCodeAt(0).toString(16)};`);
}
