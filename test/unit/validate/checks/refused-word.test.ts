// Whether a program rejects the word "train", as its errors about two words show.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TrainingJobRequest } from '../../../../src/request/request.ts';
import { trainStarts } from '../../../../src/validate/checks/start/success-run.ts';
import type { HostObservation, Observation } from '../../../../src/validate/observe/observation.ts';
import type { Scenario } from '../../../../src/validate/observe/scenario/scenario.ts';
import { ask, imageOf } from '../image-of.ts';

interface Program {
  /** What it prints when it is started with a word. */
  readonly print: (word: string) => string;
  readonly exitCode?: number;
}

/** Observes a program that prints and ends; counts how often it ran. */
function observer({ print, exitCode = 2 }: Program) {
  const ran: string[] = [];
  const observe = async (scenario: Scenario): Promise<Observation> => {
    const [word = 'train'] = scenario.arguments ?? [];
    ran.push(word);
    const lines = print(word)
      .split('\n')
      .map((text) => ({ seconds: 0, text }));
    const output = { lines, lineCount: lines.length, firstSeconds: 0, lastSeconds: 0 };
    const host = { name: 'algo-1', exitCode, output, startError: undefined, isTimedOut: false, failure: undefined };
    const { id: scenarioId, about } = scenario;
    const command = ['docker', 'run', 'image', word];
    return { scenarioId, about, command, cannot: undefined, hosts: [host as unknown as HostObservation], warnings: [] };
  };
  return { observe, ran };
}

const verdictOf = (program: Program, job?: TrainingJobRequest) =>
  ask(trainStarts, imageOf([], { entrypoint: ['python3', '/train.py'] }), { ...observer(program), job });

test('a program that rejects the argument "train" fails, whatever parses its arguments', async () => {
  const complaints = {
    argparse: (word: string) => `usage: train.py [-h]\ntrain.py: error: unrecognized arguments: ${word}`,
    choice: (word: string) => `train.py: error: argument mode: invalid choice: '${word}' (choose from 'fit')`,
    click: (word: string) => `Error: Got unexpected extra argument (${word})`,
    node: (word: string) => `node:internal/x\nTypeError [ERR]: Unexpected argument '${word}'. Use '--'\n  at a.js:1:1`,
    cobra: (word: string) => `Error: unknown command "${word}" for "model"`,
    file: (word: string) => `FileNotFoundError: [Errno 2] No such file or directory: '${word}'`,
  };
  for (const [name, print] of Object.entries(complaints)) {
    const verdict = await verdictOf({ print });
    assert.match(verdict, /^fail: its program rejects the argument "train": .*train/, name);
  }
});

test('an error that is not about the argument is no rejection, also if it contains the word', async () => {
  const others: readonly Program[] = [
    { print: () => 'ValueError: no channel train' },
    { print: () => "FileNotFoundError: [Errno 2] No such file or directory: '/opt/ml/input/data/train'" },
    { print: (word) => `starting ${word}\nKeyError: 'epochs'` },
    { print: (word) => (word === 'train' ? 'error: train needs epochs' : `error: unknown mode ${word}`) },
    { print: (word) => `error: unknown argument ${word}, ignored`, exitCode: 0 },
  ];
  for (const program of others)
    assert.equal(await verdictOf(program), 'pass: it starts with "train"', program.print('train'));
});

test('the second run takes place only after an error about the word', async () => {
  for (const [text, expected] of [
    ['ValueError: no rows', ['train']],
    ['error: unrecognized arguments: train', ['train', 'optml-other-word']],
  ] as const) {
    const { observe, ran } = observer({ print: (word) => text.replace('train', word) });
    await ask(trainStarts, imageOf([]), { observe });
    assert.deepEqual(ran, expected);
  }
});
