/** A script that replaces the source of a job of the newer SDK, in either of its languages. */
interface Script {
  readonly about: string;
  readonly py: string;
  readonly sh: string;
}

/** What each script does. */
export type DriverScript = 'plain' | 'hyperparameters' | 'stop' | 'failure' | 'bytes' | 'killed';

const MODEL_PY = `import os
open(os.path.join(os.environ.get("SM_MODEL_DIR", "/opt/ml/model"), "probe"), "w").write("probe")
`;
const MODEL_SH = `echo probe >"\${SM_MODEL_DIR:-/opt/ml/model}/probe"
`;

/** The scripts. Each says something that begins with \`validate-probe\`. */
export const DRIVER_SCRIPTS: Readonly<Record<DriverScript, Script>> = {
  plain: {
    about: 'it prints a line and ends',
    py: `print("    validate-probe runs", flush=True)\n${MODEL_PY}`,
    sh: `echo "    validate-probe runs"\n${MODEL_SH}`,
  },
  hyperparameters: {
    about: 'it looks for its hyperparameters',
    py: `import json, os, sys
values = dict(zip(sys.argv[1::2], sys.argv[2::2]))
hps = json.loads(os.environ.get("SM_HPS", "{}"))
print("validate-probe has", values.get("--validate_rate", hps.get("validate_rate")), flush=True)
`,
    sh: `value=
while [ $# -gt 0 ]; do
  [ "$1" = --validate_rate ] && value=$2
  shift
done
echo "validate-probe has \${value:-$(printf %s "\${SM_HPS:-}" | sed -n 's/.*"validate_rate": *"\\{0,1\\}\\([^",}]*\\).*/\\1/p')}"
`,
  },
  stop: {
    about: 'it waits for SIGTERM',
    py: `import os, signal, sys, time
def stop(*_):
    print("validate-probe was told", flush=True)
    sys.exit(0)
signal.signal(signal.SIGTERM, stop)
print("validate-probe waits", flush=True)
end = time.monotonic() + 300
while time.monotonic() < end:
    time.sleep(0.2)
`,
    sh: `trap 'echo "validate-probe was told"; exit 0' TERM
echo "validate-probe waits"
for _ in $(seq 1500); do
  sleep 0.2 &
  wait $!
done
`,
  },
  failure: {
    about: 'it fails with an error of its own',
    py: 'raise RuntimeError("validate-probe fails as asked")\n',
    sh: 'echo "validate-probe fails as asked" >&2\nexit 3\n',
  },
  bytes: {
    about: 'it prints a byte that is not UTF-8',
    py: `import sys
sys.stdout.buffer.write(b"validate-probe \\xff\\n")
sys.stdout.flush()
`,
    sh: "printf 'validate-probe \\377\\n'\n",
  },
  killed: {
    about: 'it is killed',
    py: `import os, signal
print("validate-probe is killed", flush=True)
os.kill(os.getpid(), signal.SIGKILL)
`,
    sh: 'echo "validate-probe is killed"\nkill -KILL $$\n',
  },
};
