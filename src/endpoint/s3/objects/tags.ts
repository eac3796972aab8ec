import type { ObjectTags } from '../../../buckets/buckets.ts';
import { ServiceError } from '../../http/service-error.ts';
import { invalidArgument, malformedXml } from '../errors.ts';
import { children, textOf, type XmlNode } from '../xml/read-xml.ts';

// "Categorizing your objects using tags" of the Amazon S3 user guide.
const MAX_TAGS = 10;
const MAX_NAME = 128;
const MAX_VALUE = 256;
const ALLOWED = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** The tags of `x-amz-tagging`: a query string without repeated names. @throws ServiceError */
export function readTagHeader(text: string | undefined): ObjectTags {
  if (text === undefined || text === '') return [];
  const tags = text.split('&').map((pair): [string, string] => {
    const [name = '', ...value] = pair.split('=');
    return [decode(name, text), decode(value.join('='), text)];
  });
  if (new Set(tags.map(([name]) => name)).size < tags.length) throw malformedHeader(text);
  return checkedTags(tags);
}

/** The tags of a `Tagging` document. @throws ServiceError */
export function readTagging(tagging: XmlNode): ObjectTags {
  const [set, second] = children(tagging, 'TagSet');
  if (set === undefined || second !== undefined) throw malformedXml();
  const tags = children(set, 'Tag').map((tag): [string, string] => {
    const name = textOf(tag, 'Key');
    const value = textOf(tag, 'Value');
    if (name === undefined || value === undefined) throw malformedXml();
    return [name, value];
  });
  if (new Set(tags.map(([name]) => name)).size < tags.length) {
    throw invalidTag('Cannot provide multiple Tags with the same key');
  }
  return checkedTags(tags);
}

function checkedTags(tags: ObjectTags): ObjectTags {
  if (tags.length > MAX_TAGS)
    throw new ServiceError('BadRequest', 400, `Object tags cannot be greater than ${MAX_TAGS}`);
  for (const [name, value] of tags) {
    if (name === '' || name.length > MAX_NAME || !ALLOWED.test(name)) {
      throw invalidTag('The TagKey you have provided is invalid', { TagKey: name });
    }
    if (value.length > MAX_VALUE || !ALLOWED.test(value)) {
      throw invalidTag('The TagValue you have provided is invalid', { TagKey: name, TagValue: value });
    }
    if (/^aws:/i.test(name)) throw invalidTag('System tags cannot be added/updated by requester');
  }
  return tags;
}

function decode(text: string, header: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw malformedHeader(header);
  }
}

function malformedHeader(text: string): ServiceError {
  const message =
    "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.";
  return invalidArgument('x-amz-tagging', text, message);
}

function invalidTag(message: string, members: Readonly<Record<string, string>> = {}): ServiceError {
  return new ServiceError('InvalidTag', 400, message, members);
}
