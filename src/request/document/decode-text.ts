import { firstInvalidByte, withoutMark } from '../../text/utf8.ts';
import type { SyntaxProblem } from '../read-request.ts';

/** The text of a document, or why its bytes are not UTF-8. */
export type DecodedText =
  | { readonly text: string; readonly problem?: never }
  | { readonly problem: SyntaxProblem; readonly text?: never };

/**
 * Decodes a document as UTF-8, without its byte order mark. Other encodings are named, not guessed: in one that is guessed
 * wrongly, other letters would reach the job.
 */
export function decodeText(bytes: Buffer): DecodedText {
  const encoding = wideEncoding(bytes);
  if (encoding !== undefined) {
    const writer = encoding === 'UTF-16LE' ? ', as older versions of PowerShell write files' : '';
    return { problem: { message: `the file is encoded in ${encoding}${writer}`, fix: convertFrom(encoding) } };
  }
  const text = bytes.toString('utf8');
  const offset = firstInvalidByte(bytes, text);
  if (offset === undefined) return { text: withoutMark(text) };
  const before = bytes.subarray(0, offset).toString('utf8');
  const byte = (bytes[offset] ?? 0).toString(16).padStart(2, '0');
  return {
    problem: {
      message: `byte 0x${byte} is not UTF-8: the file seems to be encoded in Latin-1 (ISO 8859-1 or Windows-1252)`,
      fix: convertFrom('WINDOWS-1252'),
      line: before.split('\n').length,
      column: offset === 0 ? 1 : withoutMark(before).length - withoutMark(before).lastIndexOf('\n'),
    },
  };
}

function convertFrom(encoding: string): string {
  return `Save it as UTF-8 in your editor, or convert it: iconv -f ${encoding} -t UTF-8 FILE > NEW-FILE`;
}

// In the order in which they are tried: the mark of UTF-32LE starts with the one of UTF-16LE.
const MARKS: readonly (readonly [encoding: string, mark: readonly number[]])[] = [
  ['UTF-32LE', [0xff, 0xfe, 0, 0]],
  ['UTF-32BE', [0, 0, 0xfe, 0xff]],
  ['UTF-16LE', [0xff, 0xfe]],
  ['UTF-16BE', [0xfe, 0xff]],
];

/** The encoding by its byte order mark, or by the zero bytes around the first two characters, which are ASCII in JSON and YAML. */
function wideEncoding(bytes: Buffer): string | undefined {
  const marked = MARKS.find(([, mark]) => mark.every((byte, index) => bytes[index] === byte));
  if (marked !== undefined) return marked[0];
  const zeros = [...bytes.subarray(0, 4)].map((byte) => (byte === 0 ? '0' : 'x')).join('');
  if (zeros === 'x000') return 'UTF-32LE';
  if (zeros === '000x') return 'UTF-32BE';
  if (/^x0/.test(zeros)) return 'UTF-16LE';
  return /^0x/.test(zeros) ? 'UTF-16BE' : undefined;
}
