/** A command for people to read and paste: words joined by spaces, quoted for a shell where they need it. */
export function quoteCommand(command: readonly string[]): string {
  return command.map(quoteWord).join(' ');
}

/** One word, quoted for a POSIX shell where it needs it. */
export function quoteWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
