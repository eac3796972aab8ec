import { randomBytes } from 'node:crypto';
import { chmodSync, linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OptmlError, systemErrorCode } from '../../errors/error.ts';
import { partialPath } from '../../files/partial-path.ts';
import type { KeyPair } from './keys.ts';
import { randomId } from './known-keys.ts';

const HEADER = `# The credentials of optml's local AWS endpoint, in the form of AWS_SHARED_CREDENTIALS_FILE.
# To use other ones, change them here and start the endpoint again.
`;

/** The file in the folder of the endpoint. */
export function credentialsFileOf(dir: string): string {
  return join(dir, 'credentials');
}

/**
 * The credentials in the endpoint's folder, which are made if there are none. Endpoints that start at the same time agree on
 * the same ones.
 *
 * @throws OptmlError SETTING_INVALID for a file without a pair of keys; ENDPOINT_FAILED if it cannot be read or written.
 */
export function ownKeys(dir: string): KeyPair {
  const file = credentialsFileOf(dir);
  try {
    const text = readIfThere(file) ?? make(file);
    // Also of a file that the user wrote.
    chmodSync(file, 0o600);
    return parse(file, text);
  } catch (cause) {
    if (systemErrorCode(cause) === undefined || cause instanceof OptmlError) throw cause;
    throw new OptmlError('ENDPOINT_FAILED', `the credentials cannot be used: ${(cause as Error).message}`, {
      where: file,
      fix: 'Make the file readable and its folder writable for your user.',
      cause,
    });
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Writes new credentials, unless another process was first. Returns the content of the file. */
function make(file: string): string {
  const pair = { accessKeyId: `OPTML${randomId(15)}`, secretAccessKey: randomBytes(30).toString('base64') };
  const partial = partialPath(file);
  try {
    writeFileSync(partial, textOf(pair), { mode: 0o600, flag: 'wx', flush: true });
    // Unlike a rename, it replaces nothing.
    linkSync(partial, file);
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST') throw error;
  } finally {
    rmSync(partial, { force: true });
  }
  return readFileSync(file, 'utf8');
}

function textOf({ accessKeyId, secretAccessKey }: KeyPair): string {
  return `${HEADER}[default]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`;
}

function parse(file: string, text: string): KeyPair {
  const optionOf = (name: string) => new RegExp(`^\\s*${name}\\s*=\\s*(\\S+)\\s*$`, 'm').exec(text)?.[1];
  const accessKeyId = optionOf('aws_access_key_id');
  const secretAccessKey = optionOf('aws_secret_access_key');
  const isWhole =
    accessKeyId !== undefined && /^[\w-]{3,128}$/.test(accessKeyId) && (secretAccessKey?.length ?? 0) >= 8;
  if (isWhole && secretAccessKey !== undefined) return { accessKeyId, secretAccessKey };
  const message =
    'expected aws_access_key_id (3 to 128 letters and digits) and aws_secret_access_key (8 characters or more)';
  throw new OptmlError('SETTING_INVALID', message, {
    where: file,
    fix: 'Correct the file, or remove it: the endpoint makes a new one.',
  });
}
