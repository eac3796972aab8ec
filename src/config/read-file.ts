import { OptmlError, systemErrorCode } from '../errors/error.ts';
import { readInput, type UnusableInput } from '../job-tree/input/input-file.ts';
import { JsonDepthError, JsonSyntaxError, parseJson } from '../json/parse.ts';
import type { JsonValue } from '../json/value.ts';
import { firstInvalidByte, withoutMark } from '../text/utf8.ts';

/**
 * Reads one configuration file of the platform (contract section 3): UTF-8 JSON, a byte order mark is accepted. It may be a
 * link: some platforms mount their files so. It has at most 64 MiB, and does not change while it is read.
 *
 * @throws OptmlError CONFIG_MISSING, CONFIG_UNREADABLE, CONFIG_NOT_UTF8 or CONFIG_NOT_JSON, naming file and position.
 */
export function readConfigFile(file: string): JsonValue {
  const text = decodeUtf8(readBytes(file), file);
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw notJson(error, file, text);
    if (error instanceof JsonDepthError) {
      throw new OptmlError('CONFIG_NOT_JSON', `${file}: ${error.message}`, { where: file, fix: 'Flatten the value.' });
    }
    throw error;
  }
}

function readBytes(file: string): Buffer {
  try {
    return readInput(file);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new OptmlError('CONFIG_MISSING', `${file} does not exist`, {
        where: file,
        fix: 'The platform writes this file before the container starts (C10-C12). Mount a folder that holds input/config, or write the file; "{}" will do for hyperparameters and channels.',
        cause: error,
      });
    }
    const { message, fix } = error as Partial<UnusableInput>;
    throw new OptmlError('CONFIG_UNREADABLE', `${file} cannot be read: ${code ?? message}`, {
      where: file,
      fix: fix ?? `Make the file readable for user ${process.getuid?.() ?? '?'}.`,
      cause: error,
    });
  }
}

// Not TextDecoder: making one costs more than reading all three files.
function decodeUtf8(bytes: Buffer, file: string): string {
  const text = bytes.toString('utf8');
  const offset = firstInvalidByte(bytes, text);
  if (offset !== undefined) {
    const byte = `0x${(bytes[offset] ?? 0).toString(16)}`;
    throw new OptmlError('CONFIG_NOT_UTF8', `${file} is not UTF-8 text: byte ${offset} is ${byte}`, {
      where: `${file}, byte ${offset}`,
      fix: 'Write the file as UTF-8.',
    });
  }
  return withoutMark(text);
}

function notJson(error: JsonSyntaxError, file: string, text: string): OptmlError {
  return new OptmlError('CONFIG_NOT_JSON', `${file}, line ${error.line}, column ${error.column}: ${error.message}`, {
    where: `${file}, line ${error.line}, column ${error.column}`,
    fix: fixFor(error, text),
    cause: error,
  });
}

function fixFor(error: JsonSyntaxError, text: string): string {
  if (text.trim() === '') return 'The file is empty: write a JSON object, "{}" at least.';
  if (error.offset >= text.trimEnd().length) return 'The file ends too early: was it cut off while being written?';
  if (error.expected.includes('ends with a double quote')) {
    return 'Close the string with a double quote; or was the file cut off while being written?';
  }
  if (error.got.startsWith('"\'')) return 'JSON wants double quotes.';
  if (error.expected.includes('","')) return 'Add the missing comma or bracket before this place.';
  return `Correct line ${error.line} of the file.`;
}
