// Looks for phrases that word-list.txt advises against, and fails on new ones only: word-baseline.json holds how often each
// file has each phrase already. Those numbers can only shrink.
//
//   node test/lint/words.mjs [ROOT]            fails if a file has a phrase more often than the baseline says
//   node test/lint/words.mjs --update [ROOT]   writes the baseline; fails if a phrase became more frequent in all files
//                                              together, except a phrase that is new in the list
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const SCANNED = ['src', 'docs', 'changes', 'docker', 'examples', 'test', 'README.md', 'CONTRIBUTING.md', 'SECURITY.md'];
// The list itself, and the test of this script, which needs phrases to find.
const NOT_SCANNED = ['test/lint', 'test/unit/lint', 'test/clients'];
const TEXT_FILE = /\.(?:ts|mts|mjs|md)$/;

const args = process.argv.slice(2);
const isUpdate = args[0] === '--update';
const root = resolve(args[isUpdate ? 1 : 0] ?? join(import.meta.dirname, '..', '..'));
const baselineFile = join(root, 'test/lint/word-baseline.json');

const advice = readWordList(readFileSync(join(root, 'test/lint/word-list.txt'), 'utf8'));
const pattern = patternOf([...advice.keys()]);
const files = SCANNED.filter((path) => existsSync(join(root, path)))
  .flatMap((path) => filesBelow(path))
  .sort();
const hits = files.flatMap((file) => hitsIn(file));
const counts = countsOf(hits);
const baseline = existsSync(baselineFile) ? JSON.parse(readFileSync(baselineFile, 'utf8')) : { phrases: [], files: {} };

process.exitCode = isUpdate ? update() : check();

/** `phrase -> suggestion`, one a line. */
function readWordList(text) {
  const list = new Map();
  for (const [index, line] of text.trimEnd().split('\n').entries()) {
    const [, phrase, suggestion] = /^(\w.*?) -> (\w.*)$/.exec(line) ?? [];
    if (phrase === undefined) {
      process.stderr.write(`test/lint/word-list.txt:${index + 1}: expected "phrase -> suggestion", got "${line}"\n`);
      process.exit(2);
    }
    list.set(phrase, suggestion);
  }
  return list;
}

/** Any of the phrases as whole words, also where a line break and the start of a comment's line are between two of them. */
function patternOf(phrases) {
  const gap = String.raw`(?:[ \t]+|[ \t]*\n[ \t]*(?:\*|//|>)?[ \t]*)`;
  const alternatives = phrases.map((phrase) => phrase.split(' ').map(escapeWord).join(gap));
  // Longer phrases first: "is not to be had" rather than "is not to be".
  alternatives.sort((a, b) => b.length - a.length);
  return new RegExp(String.raw`(?<!\w)(?:${alternatives.join('|')})(?!\w)`, 'gi');
}

function escapeWord(word) {
  return word.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

function filesBelow(path) {
  if (TEXT_FILE.test(path)) return [path];
  return readdirSync(join(root, path), { withFileTypes: true }).flatMap((entry) => {
    const child = `${path}/${entry.name}`;
    if (NOT_SCANNED.includes(child) || entry.name === 'node_modules') return [];
    if (entry.isDirectory()) return filesBelow(child);
    return TEXT_FILE.test(entry.name) ? [child] : [];
  });
}

function hitsIn(file) {
  const text = readFileSync(join(root, file), 'utf8');
  // A name in capitals is a constant.
  const matches = [...text.matchAll(pattern)].filter(([found]) => found !== found.toUpperCase());
  return matches.map(({ 0: found, index }) => ({
    file,
    line: text.slice(0, index).split('\n').length,
    phrase: found.toLowerCase().replaceAll(/[*/>\s]+/g, ' '),
  }));
}

/** File → phrase → how often. */
function countsOf(found) {
  const counts = {};
  for (const { file, phrase } of found) {
    counts[file] ??= {};
    counts[file][phrase] = (counts[file][phrase] ?? 0) + 1;
  }
  return counts;
}

function check() {
  const grown = hits.filter(({ file, phrase }) => counts[file][phrase] > (baseline.files[file]?.[phrase] ?? 0));
  for (const { file, line, phrase } of grown) {
    const known = baseline.files[file]?.[phrase];
    const note = known === undefined ? '' : `  (${known} of these ${counts[file][phrase]} are old)`;
    process.stdout.write(`${file}:${line}: "${phrase}" -> ${advice.get(phrase)}${note}\n`);
  }
  if (grown.length > 0) {
    const moved = 'Only moved text? Run "npm run lint:words -- --update".';
    process.stderr.write(`Reword them as the suggestions say. ${moved}\n`);
    return 1;
  }
  const old = Object.values(baseline.files).flatMap((phrases) => Object.values(phrases));
  process.stdout.write(`${files.length} files, ${hits.length} old hits (${sum(old)} in the baseline), no new ones\n`);
  return 0;
}

function update() {
  const grown = [...advice.keys()].filter(
    (phrase) => baseline.phrases.includes(phrase) && totalOf(phrase, counts) > totalOf(phrase, baseline.files),
  );
  if (grown.length > 0) {
    const list = grown.map((phrase) => `"${phrase}" ${totalOf(phrase, baseline.files)} -> ${totalOf(phrase, counts)}`);
    process.stderr.write(`The baseline can only shrink: ${list.join(', ')}. Run without --update to see where.\n`);
    return 1;
  }
  const text = JSON.stringify({ phrases: [...advice.keys()], files: counts }, null, 2);
  writeFileSync(baselineFile, `${text}\n`);
  process.stdout.write(`${hits.length} hits are in the baseline\n`);
  return 0;
}

function totalOf(phrase, files) {
  return sum(Object.values(files).map((phrases) => phrases[phrase] ?? 0));
}

function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}
