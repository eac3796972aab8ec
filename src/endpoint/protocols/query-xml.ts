import { XmlNode, XmlText } from '@aws-sdk/xml-builder';

/** What an operation returns, for XML: a name `undefined` is left out. */
type Output = Readonly<Record<string, unknown>>;

/** Names of members that are maps: their entries have a key and a value each. */
const MAPS: ReadonlySet<string> = new Set(['ExtendedStatistics']);

/** The XML document of an answer of the query protocol. `namespace` is that of the service. */
export function answerXml(action: string, namespace: string, requestId: string, output: Output): string {
  const root = new XmlNode(`${action}Response`).addAttribute('xmlns', namespace);
  const result = new XmlNode(`${action}Result`, childrenOf(output));
  const metadata = new XmlNode('ResponseMetadata', [textNode('RequestId', requestId)]);
  return documentOf(root.addChildNode(result).addChildNode(metadata));
}

/** The XML document of an error of the query protocol. */
export function errorXml(
  namespace: string,
  requestId: string,
  error: { readonly code: string; readonly status: number; readonly message: string },
): string {
  const type = error.status < 500 ? 'Sender' : 'Receiver';
  const members = childrenOf({ Type: type, Code: error.code, Message: error.message });
  const root = new XmlNode('ErrorResponse', [new XmlNode('Error', members), textNode('RequestId', requestId)]);
  return documentOf(root.addAttribute('xmlns', namespace));
}

function documentOf(root: XmlNode): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root.toString()}`;
}

function childrenOf(output: Output): XmlNode[] {
  return Object.entries(output).flatMap(([name, value]) => (value === undefined ? [] : [nodeOf(name, value)]));
}

function nodeOf(name: string, value: unknown): XmlNode {
  if (value instanceof Date) return textNode(name, value.toISOString());
  if (Array.isArray(value))
    return new XmlNode(
      name,
      value.map((item) => nodeOf('member', item)),
    );
  if (typeof value !== 'object' || value === null) return textNode(name, String(value));
  if (!MAPS.has(name)) return new XmlNode(name, childrenOf(value as Output));
  const entries = Object.entries(value).map(
    ([key, item]) => new XmlNode('entry', [textNode('key', key), nodeOf('value', item)]),
  );
  return new XmlNode(name, entries);
}

function textNode(name: string, text: string): XmlNode {
  return new XmlNode(name, [new XmlText(visible(text))]);
}

// XML 1.0 has no form for most control characters.
function visible(text: string): string {
  return text.replace(/[^\P{Cc}\t\n\r\u007f-\u009f]|[\ufffe\uffff]/gu, '\ufffd');
}
