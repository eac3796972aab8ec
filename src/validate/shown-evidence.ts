import { cutText } from '../errors/quote-value.ts';
import { maskShapes } from '../log/masking/named-values.ts';
import { visibleText } from '../text/visible.ts';
import type { Evidence } from './check.ts';

/** Most lines of each part of the evidence, and characters of each text: enough for all that the checks show. */
const MOST_LINES = 50;
const MOST_CHARACTERS = 4000;

/** Evidence as reports show it: cut, secrets masked, control characters as pictures. */
export function shownEvidence({ command, exitCode, log, files, notes }: Evidence): Evidence {
  return {
    ...(command !== undefined && { command: command.map((word) => shownText(word)) }),
    ...(exitCode !== undefined && { exitCode }),
    ...(log !== undefined && { log: shownText(log, log.length) }),
    ...(files !== undefined && { files: files.slice(0, MOST_LINES).map((file) => shownText(file)) }),
    ...(notes !== undefined && { notes: notes.slice(0, MOST_LINES).map((note) => shownText(note)) }),
  };
}

/** Text of a program as reports show it. It may hold what a terminal would obey: pictures stand for control characters. */
export function shownText(text: string, mostCharacters = MOST_CHARACTERS): string {
  const shown = cutText(maskShapes(text), mostCharacters)
    .toWellFormed()
    .replace(/[^\P{Cc}\t\n]/gu, (character) =>
      character < ' ' ? String.fromCharCode(0x2400 + character.charCodeAt(0)) : '\ufffd',
    );
  return visibleText(shown);
}
