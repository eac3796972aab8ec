// Puts the notes in changes/ into the unreleased section of CHANGELOG.md, between its markers. Running it twice changes
// nothing. See changes/README.md.
//
//   node .build/changelog.mjs [ROOT]
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const LEVELS = ['added', 'changed', 'fixed', 'differs'];
const WIDTH = 120;

const root = resolve(process.argv[2] ?? join(import.meta.dirname, '..'));
const file = join(root, 'CHANGELOG.md');
const before = readFileSync(file, 'utf8');
const { notes, problems } = readNotes(join(root, 'changes'));
if (problems.length > 0) {
  process.stderr.write(`${problems.join('\n')}\nFix: write the note as changes/README.md describes.\n`);
  process.exit(1);
}
// The list of differences has a heading in the text already.
const after = fill(fill(before, 'changes', sections(['added', 'changed', 'fixed'])), 'differs', list('differs'));
if (after !== before) writeFileSync(file, after);

function readNotes(dir) {
  const names = readdirSync(dir).filter((name) => name.endsWith('.md') && name !== 'README.md');
  const read = names.sort().map((name) => parse(`changes/${name}`, readFileSync(join(dir, name), 'utf8')));
  return { notes: read, problems: read.flatMap((note) => note.problems) };
}

/** The level, what has changed, and why: three paragraphs. */
function parse(name, text) {
  const [first = '', ...paragraphs] = text.trim().split(/\n\s*\n/);
  const level = /^level: (\w+)$/.exec(first)?.[1];
  const [what = '', reason = ''] = paragraphs.map((paragraph) => paragraph.replace(/\s+/g, ' '));
  const why = /^Why: (.+)$/.exec(reason)?.[1];
  const problems = [];
  if (!LEVELS.includes(level)) problems.push(`${name}: the first line is not "level: ${LEVELS.join('|')}"`);
  if (what === '' || what.startsWith('Why: '))
    problems.push(`${name}: the second paragraph does not describe the change`);
  if (why === undefined) problems.push(`${name}: the third paragraph does not start with "Why: "`);
  if (paragraphs.length > 2) problems.push(`${name}: there are more than three paragraphs`);
  // The changelog is one folder above the notes.
  const written = `${what} ${asSentence(why ?? '')}`.replaceAll('](../', '](');
  return { level, text: written, problems };
}

function asSentence(text) {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

function sections(levels) {
  return levels
    .filter((level) => notes.some((note) => note.level === level))
    .map((level) => `${level[0].toUpperCase()}${level.slice(1)}:\n\n${list(level)}`)
    .join('\n');
}

function list(level) {
  return notes
    .filter((note) => note.level === level)
    .map(({ text }) => `${wrap(`- ${text}`)}\n`)
    .join('');
}

function wrap(text) {
  const lines = [''];
  for (const word of text.split(' ')) {
    const longer = lines.at(-1) === '' ? word : `${lines.at(-1)} ${word}`;
    if (longer.length <= WIDTH) lines[lines.length - 1] = longer;
    else lines.push(`  ${word}`);
  }
  return lines.join('\n');
}

/** Replaces what is between `<!-- NAME -->` and `<!-- /NAME -->`. */
function fill(text, name, content) {
  const [start, end] = [`<!-- ${name} -->\n`, `<!-- /${name} -->\n`];
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  if (from < 0 || to < from) {
    process.stderr.write(`CHANGELOG.md has no lines "${start.trim()}" and "${end.trim()}". Fix: add both.\n`);
    process.exit(1);
  }
  return `${text.slice(0, from + start.length)}${content}${text.slice(to)}`;
}
