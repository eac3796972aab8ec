// A container engine that is broken, as no real one can be made to be: a program named `docker` that keeps its arguments
// in files, runs "containers" as plain processes, and breaks the calls that a test names.
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** How a call breaks. */
export const ENGINE_FAULTS = [
  'hang',
  'exit1',
  'exit125',
  'gone',
  'garbage',
  'empty',
  'null',
  'list',
  'strings',
  'huge',
  'drip',
  'closes',
  'dies',
  'late',
] as const;

export type EngineFault = (typeof ENGINE_FAULTS)[number];

/** The calls of an engine, as the fake one names them: its first word, or two joined by a dash. */
export const ENGINE_CALLS = [
  'version',
  'ps',
  'network-ls',
  'image-inspect',
  'network-create',
  'network-rm',
  'run',
  'inspect',
  'kill',
  'wait',
  'rm',
  'pull',
  'create',
] as const;

export type EngineCall = (typeof ENGINE_CALLS)[number];

const IMAGE =
  '[{"Id":"sha256:ab","Architecture":"","Os":"linux","Size":1,"Config":{"User":"","Env":[],"Cmd":["train"],"Labels":LABELS}}]';

const SCRIPT = `#!/bin/sh
dir=$FAKE_ENGINE_DIR
call=$1
case "$1" in network|image) call=$1-$2;; esac
echo "$*" >> "$dir/calls"
fault=
[ -e "$dir/fault-$call" ] && fault=$(cat "$dir/fault-$call")
case "$fault" in
hang) exec sleep 1000;;
exit1) echo "Error: the fake engine is broken" >&2; exit 1;;
exit125) echo "docker: Error response from daemon: the fake engine is broken" >&2; exit 125;;
gone) echo "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?" >&2; exit 1;;
garbage) head -c 300 /dev/urandom; exit 0;;
empty) exit 0;;
null) echo null; exit 0;;
list) echo '[[]]'; exit 0;;
strings) echo '[{"State":"x","Id":5,"Config":null,"IPAM":"x"}]'; exit 0;;
huge) exec head -c "\${FAKE_ENGINE_BYTES:-100000000}" /dev/zero;;
drip) while :; do printf x; sleep 0.1; done;;
closes) exec >&- 2>&-; exec sleep 1000;;
dies) kill -9 $$;;
late) sleep 1.5;;
esac
name=
previous=
for word; do
  [ "$previous" = --name ] && name=$word
  previous=$word
done
last=$previous
state() {
  if [ -e "$dir/$1.exit" ]; then running=false; status=exited; code=$(cat "$dir/$1.exit"); else running=true; status=running; code=0; fi
  echo "[{\\"State\\":{\\"Status\\":\\"$status\\",\\"Running\\":$running,\\"Pid\\":0,\\"ExitCode\\":$code,\\"StartedAt\\":\\"2026-01-01T00:00:00Z\\"}}]"
}
case "$call" in
version) echo "Version: 1 (fake)";;
image-inspect) if [ -e "$dir/no-image" ]; then rm "$dir/no-image"; echo "Error: No such image" >&2; exit 1; fi; labels=null; [ -e "$dir/image-labels" ] && labels=$(cat "$dir/image-labels")
  echo '${IMAGE}' | sed "s/LABELS/$labels/";;
history|ps|network-ls|network-create|network-rm|pull|diff|info) ;;
run)
  sh -c 'echo begun; trap "exit 143" TERM; n=0; while [ $n -lt $FAKE_ENGINE_TENTHS ]; do sleep 0.1; n=$((n+1)); done' &
  echo $! > "$dir/$name.pid"
  wait $!
  code=$?
  echo $code > "$dir/$name.exit"
  exit $code;;
inspect) if [ -e "$dir/$last.pid" ]; then state "$last"; else echo "Error: No such object: $last" >&2; exit 1; fi;;
kill) if [ ! -e "$dir/$last.pid" ]; then echo "Error: No such container: $last" >&2; exit 1; fi
  kill -s "$3" "$(cat "$dir/$last.pid")";;
wait) while [ ! -e "$dir/$last.exit" ]; do sleep 0.1; done; cat "$dir/$last.exit";;
rm) for file in "$dir"/*.pid; do [ -e "$file" ] && kill -9 "$(cat "$file")"; done; exit 0;;
create) echo 0123456789ab;;
export) exit 1;;
*) echo "unknown command" >&2; exit 1;;
esac
`;

/** A folder with the fake engine. */
export interface FakeEngine {
  /** Variables that put it in front of `PATH`. */
  readonly variables: NodeJS.ProcessEnv;
  /** Breaks a call from now on. */
  readonly breakCall: (call: EngineCall, fault: EngineFault) => void;
}

/** Makes the fake engine in `dir`. Its containers run for `seconds`. The image has to be pulled for a fault of `pull`. */
export function makeFakeEngine(dir: string, seconds: number): FakeEngine {
  const [bin, state] = [join(dir, 'bin'), join(dir, 'state')];
  for (const folder of [bin, state]) mkdirSync(folder, { recursive: true });
  const program = join(bin, 'docker');
  if (!existsSync(program)) writeFileSync(program, SCRIPT);
  chmodSync(program, 0o755);
  return {
    variables: {
      PATH: `${bin}:${process.env['PATH']}`,
      FAKE_ENGINE_DIR: state,
      FAKE_ENGINE_TENTHS: String(Math.round(seconds * 10)),
    },
    breakCall: (call, fault) => {
      if (call === 'pull') writeFileSync(join(state, 'no-image'), '');
      writeFileSync(join(state, `fault-${call}`), fault);
    },
  };
}
