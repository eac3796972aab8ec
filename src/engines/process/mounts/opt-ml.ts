import { mkdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DEFAULT_BASE_DIR, RELATIVE_PATHS } from '../../../contract/paths.ts';
import { JobFolder } from '../../../job-tree/job-folder.ts';
import { ensureBelow, isFolderBelow } from '../../../job-tree/open-below.ts';
import { quoteWord } from '../../../process/quote-command.ts';
import type { Mount } from '../../engine.ts';

/** The folder for temporary files of a host that has `/opt/ml`. Short: the path of a socket has at most 107 bytes. */
export const TEMPORARY_DIR = join(DEFAULT_BASE_DIR, 'tmp');

const OPT = dirname(DEFAULT_BASE_DIR);
const LACK = 'no /opt/ml: ';

/**
 * Commands for the shell of a host that make `/opt/ml` a folder there, over which the host's own can be mounted. The
 * machine's `/opt` may be read-only or another user's, and nothing is made in it: a file system in memory covers it in
 * this host's mounts only. The entries of `/opt` are bound into it, so programs there stay usable and writable. `staging`
 * is a path in a folder of ours. If this fails, the shell prints why, and goes on.
 */
export function optMlLines(mount: string, staging: string): readonly string[] {
  const [tool, stage, opt] = [mount, staging, OPT].map(quoteWord);
  const name = DEFAULT_BASE_DIR.slice(OPT.length + 1);
  return [
    'lack=$( {',
    `if ! [ -d ${opt}/${name} ]; then`,
    `[ -d ${opt} ] || { echo "this machine has no folder ${OPT}"; exit 1; }`,
    `mkdir -p ${stage} && ${tool} -n -t tmpfs -o mode=755 tmpfs ${stage} || exit`,
    `for entry in ${opt}/* ${opt}/.[!.]* ${opt}/..?*; do`,
    `place=${stage}/\${entry#${opt}/}`,
    'if [ -L "$entry" ]; then cp -P "$entry" "$place" || exit',
    `elif [ -d "$entry" ]; then mkdir "$place" && ${tool} -n -o rbind "$entry" "$place" || exit`,
    `elif [ -e "$entry" ]; then : >"$place" && ${tool} -n -o bind "$entry" "$place" || exit`,
    'fi',
    'done',
    `rm -f ${stage}/${name} && mkdir ${stage}/${name} && ${tool} -n --move ${stage} ${opt} || exit`,
    'fi',
    `} </dev/null 2>&1 ) || printf '${LACK}%s\\n' "$(printf %s "$lack" | tr '\\n' ' ')" >&2`,
  ];
}

/** Why the shell of a host could not make `/opt/ml`; undefined where it has, or has not said so yet. */
export function lackOfOptMl(output: string): string | undefined {
  return new RegExp(`^${LACK}(.*)$`, 'm').exec(output)?.[1]?.trim();
}

/** What the shell printed apart from that. */
export function withoutLack(output: string): string {
  return output.replace(new RegExp(`^${LACK}.*\n`, 'm'), '');
}

const KEPT = [
  RELATIVE_PATHS.inputDir,
  RELATIVE_PATHS.inputConfigDir,
  RELATIVE_PATHS.inputDataDir,
  RELATIVE_PATHS.modelDir,
  RELATIVE_PATHS.outputDir,
  RELATIVE_PATHS.outputDataDir,
  RELATIVE_PATHS.checkpointDir,
];

/**
 * Mounts that make `mlDir` the host's `/opt/ml`. Each folder of the contract is a mount, as on the platform: a program can
 * neither remove it nor put a link in its place. Makes the folder for temporary files, empty, at the path `temporary`.
 */
export function optMlMounts(mlDir: string, temporary: string): readonly Mount[] {
  rmSync(temporary, { recursive: true, force: true });
  mkdirSync(temporary, { recursive: true });
  const writable = (source: string, target: string): Mount => ({ source, target, isReadOnly: false });
  return [
    writable(mlDir, DEFAULT_BASE_DIR),
    writable(temporary, TEMPORARY_DIR),
    ...keptFolders(mlDir).map((path) => writable(join(mlDir, path), join(DEFAULT_BASE_DIR, path))),
  ];
}

function keptFolders(mlDir: string): readonly string[] {
  const root = JobFolder.open(mlDir);
  try {
    ensureBelow(root, basename(TEMPORARY_DIR)).close();
    return KEPT.filter((path) => isFolderBelow(root, path));
  } finally {
    root.close();
  }
}
