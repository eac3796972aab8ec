import { describe } from 'node:test';
import { testFailures } from '../support/failure-cases.ts';
import { programJob } from '../support/processes.ts';

const LIBRARY = {
  'code/node_modules/lib/package.json': '{"name":"lib","version":"1.0.0","main":"index.js"}',
  'code/node_modules/lib/index.js': 'exports.fail = function fail() {\n  throw new RangeError("too many rows");\n};\n',
};

describe('the failure file of a Node program shows the message and the place (C51)', { concurrency: 2 }, () => {
  testFailures([
    {
      title: 'a thrown error',
      job: programJob(
        'train.mjs',
        '\nfunction main() {\n  throw new Error("no rows in channel training");\n}\nmain();\n',
      ),
      exitCode: 1,
      message: 'Error: no rows in channel training',
      location: 'train.mjs, line 3, column 9, in main',
    },
    {
      title: 'a thrown error in a CommonJS program, with noise before and a handler after',
      job: programJob(
        'train.cjs',
        'console.error("Error: just a warning\\n    at nowhere");\nprocess.on("exit", () => console.error("bye"));\nconst f = () => {\n  throw new TypeError("x is not iterable");\n};\nf();\n',
      ),
      exitCode: 1,
      message: 'TypeError: x is not iterable',
      location: 'train.cjs, line 4, column 9, in f',
    },
    {
      title: 'an error class of the user, with fields, a cause and several lines',
      job: programJob(
        'train.mjs',
        `class DataProblem extends Error { name = 'DataProblem'; }
function load() {
  throw Object.assign(new DataProblem('bad record 17\\nsecond line', { cause: new Error('disk') }), { code: 'E17' });
}
load();
`,
      ),
      exitCode: 1,
      message: 'DataProblem: bad record 17\nsecond line',
      location: 'train.mjs, line 3, column 23, in load',
    },
    {
      title: 'a thrown string, of which Node does not tell the place',
      job: programJob('train.cjs', '\n\nthrow "nothing to train on";\n'),
      exitCode: 1,
      message: 'nothing to train on',
    },
    {
      title: 'a thrown object, of which Node does not tell the place',
      job: programJob('train.cjs', 'const code = 7;\nthrow { code, why: "plain object" };\n'),
      exitCode: 1,
      message: "{ code: 7, why: 'plain object' }",
    },
    {
      title: 'a syntax error',
      job: programJob('train.mjs', 'const a = 1;\nconst b = ;\n'),
      exitCode: 1,
      message: "SyntaxError: Unexpected token ';'",
      location: 'train.mjs, line 2',
    },
    {
      title: 'a missing package, imported',
      job: programJob('train.mjs', 'import "not-there";\n'),
      exitCode: 1,
      message: "Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'not-there' imported from ",
    },
    {
      title: 'a missing package, required',
      job: programJob('train.cjs', '\nconst x = require("not-there");\n'),
      exitCode: 1,
      message: "Error: Cannot find module 'not-there'",
      location: process.versions.node.startsWith('20.') ? 'train.cjs, line 2, column 11' : 'train.cjs',
    },
    {
      title: 'an export that a module lacks',
      job: programJob('train.mjs', '\nimport { nothing } from "./other.mjs";\n', {
        files: { 'code/other.mjs': 'export const a = 1;\n' },
      }),
      exitCode: 1,
      message: "SyntaxError: The requested module './other.mjs' does not provide an export named 'nothing'",
      location: 'train.mjs, line 2',
    },
    {
      title: 'an unhandled rejection',
      job: programJob(
        'train.mjs',
        'async function fetchAll() {\n  throw new Error("shard 3 is gone");\n}\nfetchAll();\n',
      ),
      exitCode: 1,
      message: 'Error: shard 3 is gone',
      location: 'train.mjs, line 2, column 9, in fetchAll',
    },
    {
      title: 'a rejection with something that is no error',
      job: programJob('train.mjs', 'setTimeout(() => {}, 100);\nPromise.reject("only words");\n'),
      exitCode: 1,
      message:
        'UnhandledPromiseRejection: This error originated either by throwing inside of an async function without a catch block, or by rejecting a promise which was not handled with .catch(). The promise rejected with the reason "only words".',
    },
    {
      title: "an error raised in a library names the user's own frame",
      job: programJob('train.cjs', 'const lib = require("lib");\nfunction step() {\n  lib.fail();\n}\nstep();\n', {
        files: LIBRARY,
      }),
      exitCode: 1,
      message: 'RangeError: too many rows',
      location: 'train.cjs, line 3, column 7, in step',
    },
    {
      title: 'an error logged by the program before it exits',
      job: programJob(
        'train.mjs',
        'try {\n  JSON.parse("{");\n} catch (error) {\n  console.error(error);\n  process.exit(4);\n}\n',
      ),
      exitCode: 4,
      message: "SyntaxError: Expected property name or '}' in JSON at position 1",
      location: 'train.mjs, line 2, column 8',
    },
    {
      title: 'TypeScript: the line of the source, not of what it was compiled to',
      job: programJob(
        'train.ts',
        'interface Row {\n  readonly id: number;\n}\n\ntype Rows = readonly Row[];\n\nfunction first(rows: Rows): Row {\n  if (rows.length === 0) throw new Error("no rows");\n  return rows[0] as Row;\n}\n\nfirst([]);\n',
      ),
      exitCode: 1,
      message: 'Error: no rows',
      location: 'train.ts, line 8, column 32, in first',
    },
    {
      title: 'TypeScript: an error within an imported module without a type, which tsx runs as a data URL on Node 20',
      job: programJob('train.mts', 'import { parse } from "./data/rows.ts";\n\nparse("x");\n', {
        files: {
          'code/data/rows.ts':
            'export type Text = string;\n\n\nexport function parse(text: Text): never {\n  throw new TypeError("not a row: " + text);\n}\n',
        },
      }),
      exitCode: 1,
      message: 'TypeError: not a row: x',
      location: process.versions.node.startsWith('20.')
        ? 'data/rows.ts, in parse'
        : 'data/rows.ts, line 5, column 9, in parse',
    },
    {
      title: 'TypeScript: a syntax error',
      job: programJob('train.ts', 'const a: number = 1;\n\nconst b: = 2;\n'),
      exitCode: 1,
      message: 'Error: Transform failed with 1 error: ',
    },
    {
      title: 'TypeScript: an error within an imported module of a package of type module',
      job: programJob('train.ts', 'import { parse } from "./data/rows.ts";\n\nparse("x");\n', {
        files: {
          'code/package.json': '{"type":"module"}',
          'code/data/rows.ts':
            'export type Text = string;\n\n\nexport function parse(text: Text): never {\n  throw new TypeError("not a row: " + text);\n}\n',
        },
      }),
      exitCode: 1,
      message: 'TypeError: not a row: x',
      location: 'data/rows.ts, line 5, column 9, in parse',
    },
    {
      title: 'the last error counts, not one that was logged and survived',
      job: programJob(
        'train.mjs',
        'console.error(new Error("shard 1 is slow"));\nclass Damage extends Error { name = "Damage"; }\nthrow new Damage("shard 2 is gone");\n',
      ),
      exitCode: 1,
      message: 'Damage: shard 2 is gone',
      location: 'train.mjs, line 3, column 7',
    },
    {
      title: 'an assertion',
      job: programJob(
        'train.mjs',
        'import assert from "node:assert/strict";\n\nassert.equal(1, 2, "shapes differ");\n',
      ),
      exitCode: 1,
      message: 'AssertionError [ERR_ASSERTION]: shapes differ',
      location: 'train.mjs, line 3, column 8',
    },
  ]);
});
