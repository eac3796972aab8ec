/**
 * Finds any of many texts, in time that grows with the length of the searched text only (Aho and Corasick). A state is a node
 * of the tree of all patterns: the longest end of the text so far that begins a pattern. State 0 begins none. The memory grows
 * with the length of the patterns only, not with the number of different characters: a job may have thousands of secrets.
 */
export interface Automaton {
  /** The state behind state 0, by UTF-16 code unit. */
  readonly first: Int32Array;
  /** The state behind each other one that leads to it, by {@link slotOf}, or 0. */
  readonly table: Int32Array;
  readonly parent: Int32Array;
  /** The code unit between a state's parent and the state. */
  readonly unit: Uint16Array;
  /** The longest proper end of a state's text that is a state too. */
  readonly failure: Int32Array;
  /** Length of the longest pattern that ends in a state, else 0. */
  readonly matched: Int32Array;
  /** Length of the beginning of a pattern that a state is. */
  readonly depth: Int32Array;
}

/** Makes the automaton of patterns that are not empty. */
export function makeAutomaton(patterns: readonly string[]): Automaton {
  const most = patterns.reduce((sum, { length }) => sum + length, 1);
  const automaton = {
    first: new Int32Array(0x10000),
    // Less than half full: a search ends at an empty slot soon.
    table: new Int32Array(2 ** Math.ceil(Math.log2(most * 2))),
    parent: new Int32Array(most),
    unit: new Uint16Array(most),
    failure: new Int32Array(most),
    matched: new Int32Array(most),
    depth: new Int32Array(most),
  };
  let states = 1;
  for (const pattern of patterns) {
    let state = 0;
    for (let at = 0; at < pattern.length; at++) {
      const unit = pattern.charCodeAt(at);
      const child = childOf(automaton, state, unit);
      if (child === 0) addChild(automaton, { parent: state, unit, child: states });
      state = child === 0 ? states++ : child;
    }
    automaton.matched[state] = pattern.length;
  }
  addFailures(automaton, states);
  return automaton;
}

/** The state after one more code unit. */
export function stateAfter(automaton: Automaton, state: number, unit: number): number {
  for (let from = state; from !== 0; from = automaton.failure[from] as number) {
    const child = childOf(automaton, from, unit);
    if (child !== 0) return child;
  }
  return automaton.first[unit] as number;
}

function childOf({ first, table, parent, unit: units }: Automaton, state: number, unit: number): number {
  if (state === 0) return first[unit] as number;
  for (let slot = slotOf(state, unit, table.length); ; slot = (slot + 1) & (table.length - 1)) {
    const child = table[slot] as number;
    if (child === 0 || (parent[child] === state && units[child] === unit)) return child;
  }
}

function slotOf(state: number, unit: number, size: number): number {
  const mixed = Math.imul(Math.imul(state, 0x9e3779b1) ^ unit, 0x85ebca6b);
  return (mixed ^ (mixed >>> 15)) & (size - 1);
}

function addChild(
  { first, table, parent: parents, unit: units, depth }: Automaton,
  { parent, unit, child }: { readonly parent: number; readonly unit: number; readonly child: number },
): void {
  parents[child] = parent;
  units[child] = unit;
  depth[child] = (depth[parent] ?? 0) + 1;
  if (parent === 0) {
    first[unit] = child;
    return;
  }
  let slot = slotOf(parent, unit, table.length);
  while (table[slot] !== 0) slot = (slot + 1) & (table.length - 1);
  table[slot] = child;
}

/** Fills in the failures, level by level: that of a state depends on those of the levels above. */
function addFailures(automaton: Automaton, states: number): void {
  const { parent, unit, failure, matched, depth } = automaton;
  const levels: number[][] = [];
  for (let state = 1; state < states; state++) {
    const level = depth[state] ?? 0;
    levels[level] ??= [];
    levels[level].push(state);
  }
  for (const state of levels.slice(2).flat()) {
    failure[state] = stateAfter(automaton, failure[parent[state] ?? 0] ?? 0, unit[state] ?? 0);
    matched[state] ||= matched[failure[state] ?? 0] ?? 0;
  }
}
