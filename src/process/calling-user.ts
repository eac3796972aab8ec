/** A user of this machine, by numbers. */
export interface User {
  readonly uid: number;
  readonly gid: number;
}

/** The user who called `sudo`, which runs this process as root; undefined without `sudo`. */
export function sudoUser(variables: Readonly<NodeJS.ProcessEnv>): User | undefined {
  const { SUDO_UID: uid, SUDO_GID: gid } = variables as { readonly SUDO_UID?: string; readonly SUDO_GID?: string };
  if (process.getuid?.() !== 0 || !/^\d+$/.test(uid ?? '') || !/^\d+$/.test(gid ?? '')) return undefined;
  return { uid: Number(uid), gid: Number(gid) };
}

/** The user who ran the command: behind `sudo`, the one who called it. */
export function callingUser(variables: Readonly<NodeJS.ProcessEnv>): User {
  return sudoUser(variables) ?? { uid: process.getuid?.() ?? -1, gid: process.getgid?.() ?? -1 };
}
