/** A program that uses optml, and the files it needs beside it. Prints `ok true` a line for each thread or process. */
export interface OptmlProgram {
  readonly title: string;
  readonly program: string;
  readonly files: Readonly<Record<string, string>>;
  readonly lines: number;
  /** The first major version of Node that can run it. */
  readonly sinceNode?: number;
}

const IMPORTS = "import { trainingEnvironment } from 'optml';\nimport { hyperparameters } from 'optml/training';\n";
const REQUIRES =
  "const { trainingEnvironment } = require('optml');\nconst { hyperparameters } = require('optml/training');\n";
const SAY = "console.log('ok', trainingEnvironment().isTrainingJob && hyperparameters().epochs === 3);\n";
const TYPED = `const epochs: unknown = hyperparameters()['epochs'];\nconsole.log('ok', trainingEnvironment().isTrainingJob && epochs === 3);\n`;
const MODULE = { 'code/package.json': '{"type": "module"}' };

/** Every kind of Node program that can use optml without having it installed. */
export const OPTML_PROGRAMS: readonly OptmlProgram[] = [
  { title: 'import in .mjs', program: 'train.mjs', files: { 'code/train.mjs': IMPORTS + SAY }, lines: 1 },
  { title: 'import in .js', program: 'train.js', files: { 'code/train.js': IMPORTS + SAY, ...MODULE }, lines: 1 },
  { title: 'require in .js', program: 'train.js', files: { 'code/train.js': REQUIRES + SAY }, lines: 1 },
  { title: 'require in .cjs', program: 'train.cjs', files: { 'code/train.cjs': REQUIRES + SAY }, lines: 1 },
  {
    title: 'dynamic import in .cjs',
    program: 'train.cjs',
    files: { 'code/train.cjs': `import('optml').then(({ trainingEnvironment, hyperparameters }) => {${SAY}});` },
    lines: 1,
  },
  {
    title: 'createRequire in .mjs',
    program: 'train.mjs',
    files: {
      'code/train.mjs': `import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);\n${REQUIRES}${SAY}`,
    },
    lines: 1,
  },
  { title: 'import in .ts', program: 'train.ts', files: { 'code/train.ts': IMPORTS + TYPED }, lines: 1 },
  {
    title: 'import in .ts of a module package',
    program: 'train.ts',
    files: { 'code/train.ts': IMPORTS + TYPED, ...MODULE },
    lines: 1,
  },
  { title: 'import in .mts', program: 'train.mts', files: { 'code/train.mts': IMPORTS + TYPED }, lines: 1 },
  {
    title: 'import in .cts',
    program: 'train.cts',
    files: { 'code/train.cts': IMPORTS + TYPED },
    lines: 1,
  },
  {
    title: 'an imported file',
    program: 'train.mjs',
    files: { 'code/train.mjs': "import './lib/deep.mjs';", 'code/lib/deep.mjs': IMPORTS + SAY },
    lines: 1,
  },
  {
    title: 'worker threads',
    program: 'train.mjs',
    files: {
      'code/train.mjs': `${IMPORTS}import { Worker } from 'node:worker_threads';\n${SAY}new Worker(new URL('./worker.mjs', import.meta.url)); new Worker(new URL('./worker.cjs', import.meta.url));`,
      'code/worker.mjs': IMPORTS + SAY,
      'code/worker.cjs': REQUIRES + SAY,
    },
    lines: 3,
  },
  {
    title: 'worker threads in TypeScript',
    program: 'train.ts',
    files: {
      'code/train.ts': `${IMPORTS}import { Worker } from 'node:worker_threads';\n${TYPED}new Worker(new URL('./worker.mts', import.meta.url));`,
      'code/worker.mts': IMPORTS + TYPED,
      ...MODULE,
    },
    lines: 2,
    sinceNode: 22,
  },
  {
    title: 'forked processes',
    program: 'train.cjs',
    files: {
      'code/train.cjs': `${REQUIRES}${SAY}const { fork } = require('node:child_process'); fork('./child.mjs'); fork('./child.cjs');`,
      'code/child.mjs': IMPORTS + SAY,
      'code/child.cjs': REQUIRES + SAY,
    },
    lines: 3,
  },
];
