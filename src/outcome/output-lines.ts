/**
 * The lines of a program's output, as the search for its error reads them: without colours, with progress bars and carriage
 * returns undone. The search must not take long, whatever a program printed: the middle of a very long line is left out, and so are the
 * first of very many lines.
 */
export function outputLines(output: string): readonly string[] {
  const text = showCarriageReturns(endProgressBars(nameModules(stripColours(output))));
  return text
    .split(/\r?\n|\r/)
    .slice(-MOST_LINES)
    .map(cutMiddle);
}

const MOST_LINES = 50_000;

// Each expression of this file takes a time that grows with the length of the text only: none of its repetitions can read
// what another one begins with.

/** The text without terminal colours and other escape sequences. */
export function stripColours(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences start with a control character
  return text.replace(/\u001b(?:\[[0-9;?]*[A-Za-z]|\][^\u0007\u001b\n]*(?:\u0007|\u001b\\))/g, '');
}

/** Begins a new line behind a progress bar of tqdm: the error follows on the same one. */
function endProgressBars(text: string): string {
  return text.replace(/(\| *\d+\/(?:\d+|\?) \[[^\]\n]{0,200}\])(?=[A-Z])/g, '$1\n');
}

/** Shows the carriage returns that a script with CR LF line ends put into the words of its shell. */
function showCarriageReturns(text: string): string {
  return text.replace(/^(\S+: (?:line )?\d+: [^\r\n]*)\r(?=\n|['’:])/gm, '$1\\r');
}

// On Node 20, tsx runs a file without module type as a data URL; its lines and columns are those of generated code. Source
// and path are encoded: they contain no colons and question marks.
function nameModules(text: string): string {
  return text.replace(
    /data:text\/javascript,[^\s?:]*\?filePath=([^\s:)?]+):\d+(:\d+)?/g,
    (whole, path: string, column?: string) => {
      try {
        return `${decodeURIComponent(path)}:0${column === undefined ? '' : ':0'}`;
      } catch {
        // Not an encoded path after all.
        return whole;
      }
    },
  );
}

// More than a failure reason shows of a line, from its start and from its end.
const KEPT_AT_ENDS = 500;

function cutMiddle(line: string): string {
  if (line.length <= 2 * KEPT_AT_ENDS) return line;
  return `${line.slice(0, KEPT_AT_ENDS)} … ${line.slice(-KEPT_AT_ENDS)}`;
}
