// Programs for Node, and a shell script. As built: `npm run build` first.
import { test } from 'node:test';
import { checkInterruption, checkProgram } from './check-program.ts';

test('plain JavaScript, whose log lines are JSON', (t) => checkProgram(t, { folder: 'node/json-lines' }));

test('TypeScript that prints progress bars as TensorFlow.js does', (t) =>
  checkProgram(t, { folder: 'node/progress-bars' }));

test('TypeScript with the library, which is interrupted and continues', (t) =>
  checkInterruption(t, { folder: 'node/spot' }, 3));

test('a shell script that prints colors and unfinished lines', (t) => checkProgram(t, { folder: 'shell/awk' }));
