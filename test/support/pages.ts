import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './job.ts';

/** The code blocks of a Markdown page whose fence says exactly `language`. */
export function codeBlocks(page: string, language: string): readonly string[] {
  return blocksOf(page)
    .filter(({ info }) => info === language)
    .map(({ text }) => text);
}

/** A fenced block of a page. */
export interface Block {
  /** What follows the fence, such as `sh engine`. */
  readonly info: string;
  readonly text: string;
  readonly line: number;
  /** The reason in `<!-- not run: REASON -->` in front of the block. */
  readonly whyNotRun?: string;
  /** The file in `<!-- run by: FILE -->` in front of the block. */
  readonly runBy?: string;
}

const BLOCK = /(?:<!-- (not run|run by): (.*?) -->\n+ *)?^( *)```(.*)\n([\s\S]*?)^ *```/gm;

/** All fenced blocks, also indented ones of lists, whose indentation is removed. */
export function blocksOf(page: string): readonly Block[] {
  return [...page.matchAll(BLOCK)].map(
    ({ 0: all, 1: kind, 2: note = '', 3: indent = '', 4: info = '', 5: body = '', index }) => ({
      info,
      text: body.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
      line: page.slice(0, index + all.indexOf('```')).split('\n').length,
      ...(kind === 'not run' && { whyNotRun: note }),
      ...(kind === 'run by' && { runBy: note }),
    }),
  );
}

/** Every page that users and contributors read, by its path in the repository. */
export const ALL_PAGES: readonly string[] = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'changes/README.md',
  'docker/README.md',
  'test/container/lab/README.md',
  ...pagesBelow('docs'),
  ...pagesBelow('examples').filter((page) => !page.includes('/node_modules/')),
];

function pagesBelow(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${folder}/${name}`)
    .sort();
}
