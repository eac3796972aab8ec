import { existsSync } from 'node:fs';
import { folderCommands } from './added-folder.ts';
import { tryingLine } from './lacks.ts';

// Debian's and Ubuntu's server of root ends without it. It stays empty.
const RUN_FOLDER = '/run/sshd';

/** Commands for the shell of root's host that give its SSH server the folder it needs, if the machine does not have it. */
export function sshRunFolderLines(mount: string, staging: string, path = RUN_FOLDER): readonly string[] {
  return existsSync(path) ? [] : [tryingLine('ssh-server', folderCommands(path, { mount, staging }))];
}
