import { shownText } from '../../job-tree/raw-name.ts';
import { locationError } from './upload-error.ts';
import type { LocalLocation, UploadTarget } from './uploader.ts';

/** Longest key of S3, in bytes of UTF-8. */
const LONGEST_KEY = 1024;

// What XML 1.0, in which S3 lists keys, cannot contain, and what readers of XML change.
const NO_XML = /[\p{Cc}\ufffe\uffff]/u;

/** The key of the folder in which a location's trees are, with a slash at its end. */
export function locationKey({ prefix }: UploadTarget, { name }: LocalLocation): string {
  return prefix === '' ? `${name}/` : `${prefix}/${name}/`;
}

/** Checks that a file can be an object below `dirKey`. @throws OptmlError CHANNEL_INVALID or SOURCE_INVALID that names it. */
export function checkKey(location: LocalLocation, dirKey: string, path: string): void {
  const fail = (why: string) => {
    throw locationError(location, `${shownText(path)} cannot be an object in S3: ${why}`, 'Rename the file.');
  };
  if (NO_XML.test(path)) fail('its name contains a control character');
  if (path.split('/').some((part) => part === '' || part === '.' || part === '..')) {
    fail('its path has an empty part, "." or ".."');
  }
  const bytes = Buffer.byteLength(dirKey) + Buffer.byteLength(path);
  if (bytes > LONGEST_KEY) fail(`its key would have ${bytes} bytes, and S3 takes ${LONGEST_KEY}`);
}
