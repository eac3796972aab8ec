import type { CompletedCommand } from './command-table.ts';

/** The completion of fish. It starts no program: names of jobs are those of the folders in `OPTML_HOME`. */
export function fishScript(commands: readonly CompletedCommand[]): string {
  const names = commands.map(({ name }) => name).filter((name) => !name.includes(' '));
  return `# Completion of optml for fish: optml completion fish | source
function __optml_jobs
    set -l home $OPTML_HOME
    if test -z "$home"
        if string match -q '/*' -- "$XDG_STATE_HOME"
            set home $XDG_STATE_HOME/optml
        else
            set home $HOME/.local/state/optml
        end
    end
    set -l entries $home/jobs/*/
    string replace -rf '^.*/([a-zA-Z0-9][a-zA-Z0-9-]*)/$' '$1' -- $entries
end

function __optml_is
    set -l words (commandline -opc)
    test "$words[2] $words[3]" = 'endpoint env'; and set words[2] 'endpoint env'
    test "$words[2]" = "$argv[1]"
end

complete -c optml -f -n __fish_use_subcommand -a '${names.join(' ')}'
complete -c optml -n __fish_use_subcommand -l help
complete -c optml -n __fish_use_subcommand -l version
${commands.flatMap(linesOf).join('\n')}
`;
}

function linesOf({ name, options, values, operands }: CompletedCommand): readonly string[] {
  const when = `complete -c optml -n "__optml_is '${name}'"`;
  const lines = options.map((option) => {
    const words = values.get(option);
    const value = words === undefined ? '' : words.length === 0 ? ' -r' : ` -x -a '${words.join(' ')}'`;
    return `${when} -l ${option.slice(2)}${value}`;
  });
  if (operands === undefined) return lines;
  const words = operands === 'jobs' ? '(__optml_jobs)' : operands.join(' ');
  return [...lines, `${when} -f${words === '' ? '' : ` -a '${words}'`}`];
}
