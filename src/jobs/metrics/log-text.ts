// All control characters of ASCII but the line break.
const CONTROLS = /[^\P{Cc}\n\u0080-\u009f]/gu;
const NAMES = Array.from({ length: 0x80 }, (_, code) => octalName(code));

/**
 * Lines as SageMaker's log shows them, and as expressions of metrics see them (contract C55): a control character is `#` and
 * its code in three octal digits, `#011` for TAB. A carriage return right before the line break belongs to the break.
 */
export function logText(lines: string): string {
  return lines.replaceAll('\r\n', '\n').replace(CONTROLS, (character) => NAMES[character.charCodeAt(0)] ?? '');
}

/** How the log shows the control character of that code. */
export function octalName(code: number): string {
  return `#${code.toString(8).padStart(3, '0')}`;
}
