import { readFileSync } from 'node:fs';

/** Ids outside of this user namespace. */
export interface UserIds {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The ids of the user who has user id 0 here, if that is the only id of this user namespace (`--user root` of the engine
 * `process`). An SSH server with user id 0 cannot run there: it has to set groups, which the kernel refuses.
 */
export function onlyUserId(proc = '/proc/self'): UserIds | undefined {
  try {
    if (readFileSync(`${proc}/setgroups`, 'utf8').trim() !== 'deny') return undefined;
    const [uid, gid] = ['uid_map', 'gid_map'].map((name) => singleId(readFileSync(`${proc}/${name}`, 'utf8')));
    return uid === undefined || gid === undefined ? undefined : { uid, gid };
  } catch {
    // Not Linux.
    return undefined;
  }
}

// One line: the first id here, the same id outside, how many follow.
function singleId(map: string): number | undefined {
  const [, outside] = /^\s*0\s+(\d+)\s+1\s*$/.exec(map) ?? [];
  return outside === undefined ? undefined : Number(outside);
}
