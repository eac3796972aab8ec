// `optml completion`, in the shells themselves. As built: `npm run build` first.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { type CompletedCommand, commandTable } from '../../src/cli/completion/command-table.ts';
import { findOnPath } from '../../src/process/find-on-path.ts';
import { temporaryFolder } from '../support/job.ts';
import { OPTML } from '../support/run-job-command.ts';

type Shell = 'bash' | 'zsh' | 'fish';

const PATH = process.env['PATH'] ?? '';
const missing = (shell: Shell) => findOnPath(shell, process.env) === undefined && `${shell} is not installed`;

/** The program that asks each shell for the completions of the words `$2 …`, the last of them unfinished. */
const ASK: Readonly<Record<Shell, string>> = {
  bash: `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _optml; printf '%s\\n' "\${COMPREPLY[@]}"`,
  // The functions of its completion system need a terminal.
  zsh: `compdef() { :; }; _files() { print -- FILES; }; compset() { :; }
compadd() { shift; for word in "$@"; do [[ $word == \${words[CURRENT]##*=}* ]] && print -r -- $word; done; }
source $1; shift; words=("$@"); CURRENT=$#; _optml`,
  fish: `source $argv[1]; complete -C (string join ' ' -- $argv[2..])`,
};

interface Asked {
  readonly shell: Shell;
  readonly home: string;
  readonly words: readonly string[];
}

function completionsOf(t: TestContext, { shell, home, words }: Asked): readonly string[] {
  const dir = temporaryFolder(t);
  const env = { PATH, HOME: dir, OPTML_HOME: home, XDG_CONFIG_HOME: dir, XDG_DATA_HOME: dir };
  const script = spawnSync(process.execPath, [OPTML, 'completion', shell], { env, encoding: 'utf8' });
  assert.equal(script.status, 0, script.stderr);
  const file = join(dir, 'script');
  const write = spawnSync('tee', [file], { input: script.stdout });
  assert.equal(write.status, 0);
  const options = { bash: ['--norc', '-c'], zsh: ['-f', '-c'], fish: ['--no-config', '-c'] }[shell];
  const name = shell === 'fish' ? [] : [shell];
  const asked = spawnSync(shell, [...options, ASK[shell], ...name, file, 'optml', ...words], {
    cwd: dir,
    env,
    encoding: 'utf8',
    timeout: 20_000,
  });
  assert.equal(asked.stderr, '');
  assert.equal(existsSync(join(dir, 'ran')), false, 'a name ran as a command');
  return asked.stdout
    .split('\n')
    .map((line) => line.split('\t')[0] ?? '')
    .filter((line) => line !== '')
    .sort();
}

function homeWith(t: TestContext, names: readonly string[]): string {
  const home = join(temporaryFolder(t), 'home of mine');
  for (const name of names) mkdirSync(join(home, 'jobs', name), { recursive: true });
  return home;
}

for (const shell of ['bash', 'zsh', 'fish'] as const) {
  describe(`${shell} completes`, { skip: missing(shell) }, () => {
    test('commands, options, values of options and subcommands', (t) => {
      const ask = (...words: readonly string[]) => completionsOf(t, { shell, home: homeWith(t, []), words });
      assert.deepEqual(ask('des'), ['describe']);
      assert.deepEqual(ask('run', '--wa'), ['--watch']);
      assert.deepEqual(ask('run', '--engine', 'po'), ['podman']);
      assert.deepEqual(ask('validate', '--format', 'js'), ['json']);
      assert.deepEqual(ask('completion', ''), ['bash', 'fish', 'zsh']);
      assert.deepEqual(ask('endpoint', 'e'), ['env']);
      assert.deepEqual(ask('endpoint', 'env', '--po'), ['--port']);
    });

    test('names of jobs, and no name that is a command of the shell', (t) => {
      const home = homeWith(t, [
        'line',
        'line-2',
        'other',
        '.own-1',
        '$(touch ran)',
        '`touch ran`',
        'a b',
        "x'y",
        'first\nsecond',
        '-x',
      ]);
      const ask = (...words: readonly string[]) => completionsOf(t, { shell, home, words });
      assert.deepEqual(ask('describe', 'li'), ['line', 'line-2']);
      assert.deepEqual(ask('rm', 'line', ''), ['line', 'line-2', 'other']);
      assert.deepEqual(ask('attach', 'li'), [], 'jobs of SageMaker are not here');
      assert.deepEqual(ask('rm', '../'), []);
      assert.deepEqual(ask('rm', '$(touch ran)'), []);
    });

    test('nothing of a home that has no jobs', (t) => {
      assert.deepEqual(completionsOf(t, { shell, home: '/nowhere', words: ['logs', ''] }), []);
    });
  });
}

test('bash completes the value behind an equals sign, which it takes for a word', { skip: missing('bash') }, (t) => {
  const home = homeWith(t, []);
  const ask = (...words: readonly string[]) => completionsOf(t, { shell: 'bash', home, words });
  assert.deepEqual(ask('run', '--engine', '=', 'pod'), ['podman']);
  assert.deepEqual(ask('run', '--pull', '='), ['always', 'missing', 'never']);
});

test('bash completes as ever with failglob and an IFS of the user', { skip: missing('bash') }, (t) => {
  const script = spawnSync(process.execPath, [OPTML, 'completion', 'bash'], { encoding: 'utf8', env: { PATH } }).stdout;
  const ask = (word: string) => `COMP_WORDS=(optml open '${word}'); COMP_CWORD=2; _optml; echo "$?\${COMPREPLY[@]}"`;
  const commands = `COMP_WORDS=(optml des); COMP_CWORD=1; _optml; echo "\${COMPREPLY[@]}"`;
  const lines = [script, 'shopt -s failglob; IFS=o', ask('mi'), ask('zz'), commands, 'shopt -q failglob && echo on'];
  const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', lines.join('\n')], {
    encoding: 'utf8',
    env: { PATH, OPTML_HOME: homeWith(t, ['mine']) },
  });
  assert.equal(stderr, '');
  assert.equal(stdout, '0mine\n0\ndescribe\non\n');
});

test('bash finds jobs in the default folder', { skip: missing('bash') }, (t) => {
  const state = temporaryFolder(t);
  mkdirSync(join(state, 'optml/jobs/mine'), { recursive: true });
  const script = spawnSync(process.execPath, [OPTML, 'completion', 'bash'], { encoding: 'utf8', env: { PATH } }).stdout;
  for (const env of [{ XDG_STATE_HOME: state }, { XDG_STATE_HOME: 'relative', HOME: join(state, 'home') }]) {
    mkdirSync(join(state, 'home/.local/state/optml/jobs/mine'), { recursive: true });
    const ask = `${script}\nCOMP_WORDS=(optml open ''); COMP_CWORD=2; _optml; echo "\${COMPREPLY[@]}"`;
    assert.equal(
      spawnSync('bash', ['--norc', '-c', ask], { encoding: 'utf8', env: { PATH, ...env } }).stdout,
      'mine\n',
    );
  }
});

test('another shell is refused, with the nearest name', () => {
  const { status, stderr } = spawnSync(process.execPath, [OPTML, 'completion', 'bsh'], { encoding: 'utf8' });
  assert.equal(status, 2);
  assert.match(stderr, /there is no completion for "bsh"\nFix: Did you mean "bash"\?/);
});

describe('the table of commands', () => {
  const help = (...words: readonly string[]) =>
    spawnSync(process.execPath, [OPTML, ...words], { encoding: 'utf8', env: { PATH } }).stdout;

  test('has each command of the help', async () => {
    const inHelp = [...help('--help').matchAll(/^ +(?:Usage: )?optml ([a-z]+) /gm)].map(([, name]) => name);
    const inTable = (await commandTable()).map(({ name }) => name).filter((name) => !name.includes(' '));
    assert.deepEqual([...new Set(['train', ...inHelp])].sort(), [...inTable].sort());
  });

  test('has the options that the help of each command lists, and -h prints that help', async () => {
    const wrong = (await commandTable()).flatMap((command) => differences(command));
    assert.deepEqual(wrong, []);
  });

  function differences({ name, options }: CompletedCommand): readonly string[] {
    const long = help(...name.split(' '), '--help');
    const listed = new Set([...long.matchAll(/--[a-z][a-z-]*/g)].map(([option]) => option));
    return [
      ...(help(...name.split(' '), '-h') === long && long !== '' ? [] : [`${name} -h`]),
      ...options.filter((option) => !listed.has(option)).map((option) => `${name} ${option} is not in its help`),
    ];
  }
});
