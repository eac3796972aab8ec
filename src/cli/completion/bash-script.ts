import type { CompletedCommand } from './command-table.ts';

/** The completion of bash. It starts no program: names of jobs are those of the folders in `OPTML_HOME`. */
export function bashScript(commands: readonly CompletedCommand[]): string {
  const names = commands.map(({ name }) => name).filter((name) => !name.includes(' '));
  return `# Completion of optml for bash: eval "$(optml completion bash)"
_optml_words() {
  local word IFS=$' \\t\\n'
  for word in $1; do
    [[ $word == "$2"* ]] && COMPREPLY+=("$word")
  done
}

_optml_jobs() {
  local home=\${OPTML_HOME:-} entry
  if [[ -z $home ]]; then
    if [[ \${XDG_STATE_HOME:-} == /* ]]; then home=$XDG_STATE_HOME/optml; else home=$HOME/.local/state/optml; fi
  fi
  # With other characters it is no name, and with slashes it would lead out of the folder.
  [[ -z $1 || $1 =~ ^[a-zA-Z0-9-]+$ ]] || return 0
  # Without a match, failglob would print an error into the line of the user.
  local failglob=
  shopt -q failglob && failglob=1 && shopt -u failglob
  for entry in "$home/jobs/$1"*; do
    entry=\${entry##*/}
    [[ $entry =~ ^[a-zA-Z0-9][a-zA-Z0-9-]*$ ]] && COMPREPLY+=("$entry")
  done
  [[ -z $failglob ]] || shopt -s failglob
}

_optml() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} command=\${COMP_WORDS[1]:-}
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    _optml_words '${[...names, '--help', '--version'].join(' ')}' "$cur"
    return
  fi
  # bash splits --option=value at the equals sign.
  if [[ $cur == = ]]; then cur=; elif [[ $prev == = ]]; then prev=\${COMP_WORDS[COMP_CWORD-2]}; fi
  ((COMP_CWORD > 2)) && [[ \${COMP_WORDS[2]} == env ]] && [[ $command == endpoint ]] && command='endpoint env'
  case "$command $prev" in
${commands.flatMap(valueCases).join('\n')}
  esac
  if [[ $cur == -* ]]; then
    case $command in
${commands.map(({ name, options }) => `      '${name}') _optml_words '${options.join(' ')}' "$cur" ;;`).join('\n')}
    esac
    return
  fi
  case $command in
${commands.flatMap(operandCase).join('\n')}
  esac
}

complete -o bashdefault -o default -F _optml optml
`;
}

// Without a match, bash would offer files.
const NO_FILES = 'compopt +o default +o bashdefault 2>/dev/null';

function valueCases({ name, values }: CompletedCommand): readonly string[] {
  return [...values].map(([option, words]) =>
    words.length === 0
      ? `    '${name} ${option}') return ;;`
      : `    '${name} ${option}') ${NO_FILES}; _optml_words '${words.join(' ')}' "$cur"; return ;;`,
  );
}

function operandCase({ name, operands }: CompletedCommand): readonly string[] {
  if (operands === undefined) return [];
  const complete = operands === 'jobs' ? '_optml_jobs "$cur"' : `_optml_words '${operands.join(' ')}' "$cur"`;
  return [`    '${name}') ${NO_FILES}; ${complete} ;;`];
}
