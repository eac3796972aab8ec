/** Moves a terminal's cursor to the start of its line and clears the line. */
export const CLEAR_LINE = '\r\u001b[K';
