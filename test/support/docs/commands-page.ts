import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../job.ts';

/** The guide of each command, with its anchor where the page is about more. */
const GUIDES: Readonly<Record<string, string>> = {
  train: 'script-mode.md',
  env: 'variables.md',
  pack: 'archives.md',
  unpack: 'archives.md',
  run: 'run.md',
  submit: 'to-sagemaker.md',
  attach: 'to-sagemaker.md#4-the-job',
  validate: 'validate.md',
  init: 'first-job.md',
  jobs: 'jobs.md',
  describe: 'jobs.md',
  logs: 'jobs.md',
  stop: 'jobs.md',
  open: 'jobs.md',
  rerun: 'jobs.md',
  rm: 'jobs.md',
  completion: 'run.md#completion-in-the-shell',
  deliver: 'jobs.md#artifacts-that-could-not-be-delivered',
  endpoint: 'endpoint.md',
};

const HEAD = `# Commands

Every command with all of its options, as \`--help\` prints them. Each option can be written as \`--name VALUE\` or \`--name=VALUE\`.
[Settings](settings.md) are variables, [errors](errors.md) have codes.

<!-- Written by: npm run docs:pages, from the help texts of the commands. -->
`;

/** docs/commands.md, from the help texts of the built commands. */
export function commandsPage(): string {
  const main = help();
  const names = [...main.matchAll(/^\s*(?:Usage: )?optml ([a-z]+)/gm)].map(([, name = '']) => name);
  const commands = [...new Set(names)];
  const sections = commands.map((command) => {
    const guide = GUIDES[command];
    const more = guide === undefined ? '' : `\n\nGuide: [${guide}](${guide}).`;
    return `## optml ${command}\n\n\`\`\`text\n${help(command)}\`\`\`${more}`;
  });
  return `${[HEAD, `\`\`\`text\n${main}\`\`\``, '', sections.join('\n\n')].join('\n')}\n`;
}

function help(...command: readonly string[]): string {
  const optml = join(ROOT, 'dist/bin/optml.cjs');
  return execFileSync(process.execPath, [optml, ...command, '--help'], { encoding: 'utf8', timeout: 20_000 });
}
