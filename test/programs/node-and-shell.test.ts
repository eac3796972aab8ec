// Programs for Node, and a shell script. As built: `npm run build` first.
import { test } from 'node:test';
import { checkProgram } from './check-program.ts';

test('plain JavaScript, whose log lines are JSON', (t) => checkProgram(t, { folder: 'node/json-lines' }));

test('TypeScript that prints progress bars as TensorFlow.js does', (t) =>
  checkProgram(t, { folder: 'node/progress-bars' }));

test('TypeScript with the library, which is interrupted and continues', (t) =>
  checkProgram(t, { folder: 'node/spot', args: ['--interrupt-after', '3'], starts: 2 }));

test('a shell script that prints colors and unfinished lines', (t) => checkProgram(t, { folder: 'shell/awk' }));
