import type { CompletedCommand } from './command-table.ts';

/** The completion of zsh. It starts no program: names of jobs are those of the folders in `OPTML_HOME`. */
export function zshScript(commands: readonly CompletedCommand[]): string {
  const names = commands.map(({ name }) => name).filter((name) => !name.includes(' '));
  return `#compdef optml
# Completion of optml for zsh: eval "$(optml completion zsh)", behind compinit
_optml_jobs() {
  local home=\${OPTML_HOME:-}
  if [[ -z $home ]]; then
    if [[ \${XDG_STATE_HOME:-} == /* ]]; then home=$XDG_STATE_HOME/optml; else home=$HOME/.local/state/optml; fi
  fi
  local -a jobs
  jobs=("$home"/jobs/[a-zA-Z0-9]*(N/:t))
  compadd -- \${(M)jobs:#[a-zA-Z0-9-]##}
}

_optml() {
  setopt localoptions extendedglob
  local cur=\${words[CURRENT]} prev=\${words[CURRENT-1]} command=\${words[2]}
  if ((CURRENT == 2)); then
    compadd -- ${[...names, '--help', '--version'].join(' ')}
    return
  fi
  ((CURRENT > 3)) && [[ \${words[3]} == env && $command == endpoint ]] && command='endpoint env'
  if [[ $cur == --*=* ]]; then
    prev=\${cur%%=*}
    compset -P '*='
    cur=
  fi
  case "$command $prev" in
${commands.flatMap(valueCases).join('\n')}
  esac
  if [[ $cur == -* ]]; then
    case $command in
${commands.map(({ name, options }) => `      ('${name}') compadd -- ${options.join(' ')} ;;`).join('\n')}
    esac
    return
  fi
  case $command in
${commands.flatMap(operandCase).join('\n')}
    (*) _files ;;
  esac
}

compdef _optml optml
`;
}

function valueCases({ name, values }: CompletedCommand): readonly string[] {
  return [...values].map(
    ([option, words]) =>
      `    ('${name} ${option}') ${words.length === 0 ? '_files' : `compadd -- ${words.join(' ')}`}; return ;;`,
  );
}

function operandCase({ name, operands }: CompletedCommand): readonly string[] {
  if (operands === undefined) return [];
  return [`    ('${name}') ${operands === 'jobs' ? '_optml_jobs' : `compadd -- ${operands.join(' ')}`} ;;`];
}
