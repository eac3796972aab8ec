/**
 * Finds any of many texts, in time that grows with the length of the searched text only (Aho and Corasick). A state is a node
 * of the tree of all patterns: the longest end of the text so far that begins a pattern.
 */
export interface Automaton {
  /** The row of a character in {@link next}, by its UTF-16 code unit. Row 0: the character is in no pattern. */
  readonly rows: Uint16Array;
  readonly rowCount: number;
  /** The state after a character: index `state * rowCount + row`. */
  readonly next: Int32Array;
  /** Length of the longest pattern that ends in a state, else 0. */
  readonly matched: Int32Array;
  /** Length of the beginning of a pattern that a state is. */
  readonly depth: Int32Array;
}

/** Makes the automaton of patterns that are not empty. */
export function makeAutomaton(patterns: readonly string[]): Automaton {
  const rows = new Uint16Array(0x10000);
  let rowCount = 1;
  for (const pattern of patterns) {
    for (let at = 0; at < pattern.length; at++) rows[pattern.charCodeAt(at)] ||= rowCount++;
  }
  const most = patterns.reduce((sum, { length }) => sum + length, 1);
  const next = new Int32Array(most * rowCount);
  const matched = new Int32Array(most);
  const depth = new Int32Array(most);
  let states = 1;
  for (const pattern of patterns) {
    let state = 0;
    for (let at = 0; at < pattern.length; at++) {
      const edge = state * rowCount + (rows[pattern.charCodeAt(at)] ?? 0);
      if (next[edge] === 0) {
        depth[states] = at + 1;
        next[edge] = states++;
      }
      state = next[edge] ?? 0;
    }
    matched[state] = pattern.length;
  }
  const automaton = { rows, rowCount, next: next.subarray(0, states * rowCount), matched, depth };
  addFailures(automaton, states);
  return automaton;
}

/** Makes each missing edge lead to where the longest proper end of the state's text leads, level by level. */
function addFailures({ rowCount, next, matched }: Automaton, states: number): void {
  const failure = new Int32Array(states);
  const queue = new Int32Array(states);
  let end = 0;
  for (let row = 0; row < rowCount; row++) {
    const child = next[row] ?? 0;
    if (child !== 0) queue[end++] = child;
  }
  for (let start = 0; start < end; start++) {
    const state = queue[start] ?? 0;
    const back = failure[state] ?? 0;
    matched[state] ||= matched[back] ?? 0;
    for (let row = 0; row < rowCount; row++) {
      const edge = state * rowCount + row;
      const behind = next[back * rowCount + row] ?? 0;
      const child = next[edge] ?? 0;
      if (child === 0) next[edge] = behind;
      else {
        failure[child] = behind;
        queue[end++] = child;
      }
    }
  }
}
