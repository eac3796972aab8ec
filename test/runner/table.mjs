// The table of the lanes in CONTRIBUTING.md, and the seconds that a machine without earlier runs starts from.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const BEGIN = '<!-- Written by: node test/run.mjs --write-table -->\n';
const END = '<!-- End of the table. -->\n';

/** Writes both from the recorded seconds. */
export function writeTable({ root, lanes, tasks, recorded }) {
  const page = join(root, 'CONTRIBUTING.md');
  const text = readFileSync(page, 'utf8');
  const [before, rest = ''] = text.split(BEGIN);
  const after = rest.split(END)[1];
  if (after === undefined) throw new Error(`CONTRIBUTING.md does not contain ${BEGIN.trim()} and ${END.trim()}`);
  writeFileSync(page, `${before}${BEGIN}\n${tableOf({ lanes, tasks, recorded })}\n${END}${after}`);
  const known = tasks.map(({ id }) => id).filter((id) => recorded[id] !== undefined);
  const seconds = Object.fromEntries(known.sort().map((id) => [id, recorded[id]]));
  writeFileSync(join(root, 'test', 'seconds.json'), `${JSON.stringify(seconds, undefined, 2)}\n`);
}

function tableOf({ lanes, tasks, recorded }) {
  const rows = lanes.map((lane) => {
    const ofLane = tasks.filter((task) => task.lane === lane);
    const seconds = ofLane.reduce((sum, { id }) => sum + (recorded[id] ?? 0), 0);
    return `| \`${lane.name}\` | ${Math.round(seconds)} | ${ofLane.length} | ${kindOf(lane)} | ${lane.shows} |\n`;
  });
  return `| lane | seconds | files | kind | shows |\n| --- | --- | --- | --- | --- |\n${rows.join('')}`;
}

function kindOf({ engine, cost, isAlone }) {
  if (isAlone) return 'timing';
  if (engine !== undefined) return 'containers';
  return cost < 1 ? 'waits' : 'computes';
}
