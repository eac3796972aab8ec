import type { Mount } from '../../engine.ts';
import { readOnlyOptions } from './mount-options.ts';
import type { Replacement } from './name-files.ts';
import { enteringWords, leavingWords, type Namespaces } from './namespaces.ts';

/** What the set-up says on standard error when all is done and the program takes its place. */
export const READY = 'ready\n';

// It begins once it is told to, so that nothing has been started should nobody be there any more to watch it.
// Whatever else it says is why it failed. All values come as arguments, so that no name can be taken for a command. In the
// end both streams of the program are one, which keeps their order.
const SCRIPT = `
read -r go || exit
exec </dev/null
dir=$1 program=$2 mount=$3
shift 3
while [ "$1" != -- ]; do
  "$mount" -n -o "$1" "$2" "$3" || exit
  shift 3
done
shift
cd "$dir" || exit
case $program in
  */*) [ -f "$program" ] && [ -x "$program" ] ;;
  *) command -v "$program" >/dev/null ;;
esac || {
  echo "$program is not on this machine, or not executable" >&2
  exit 127
}
unset OLDPWD
echo ready >&2
exec "$@" 2>&1
`;

/** What tells the set-up to begin, on its standard input. */
export const GO = 'go\n';

/** What a host's process has around it. */
export interface Surroundings {
  /** Undefined where there are none: then nothing is mounted. */
  readonly namespaces: Namespaces | undefined;
  /** Words that enter the network of the job. */
  readonly network: readonly string[];
  readonly replacements: readonly Replacement[];
}

/** The words by which a host's program runs in `cwd`, after everything is mounted. */
export function setUpWords(
  command: readonly [file: string, ...args: string[]],
  cwd: string,
  mounts: readonly Mount[],
  { namespaces, network, replacements }: Surroundings,
): readonly [file: string, ...args: string[]] {
  const script = ['/bin/sh', '-c', SCRIPT, 'sh', cwd, command[0]] as const;
  if (namespaces === undefined) return [...script, '', '--', ...command];
  const isInNetwork = network.length > 0;
  // The network came with a user namespace, which has been entered by then.
  const entering = enteringWords(namespaces, namespaces.isRootless && !isInNetwork);
  const all = [...replacements.map((one) => ({ ...one, isReadOnly: false })), ...mounts];
  const mountWords = all.flatMap(({ source, target, isReadOnly }) => [
    isReadOnly ? readOnlyOptions(source) : 'rbind',
    source,
    target,
  ]);
  const inside = [...script, namespaces.mount, ...mountWords, '--', ...leavingWords(namespaces), ...command];
  return [...network, ...entering, ...inside] as unknown as readonly [string, ...string[]];
}
