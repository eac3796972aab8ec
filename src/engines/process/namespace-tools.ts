import { findOnPath } from '../../process/find-on-path.ts';

/** Absolute paths of the programs that keep hosts apart; undefined for each that this machine lacks. */
export interface Tools {
  readonly unshare: string | undefined;
  readonly nsenter: string | undefined;
  readonly mount: string | undefined;
  readonly hostname: string | undefined;
  readonly setpriv: string | undefined;
  readonly ip: string | undefined;
  readonly pasta: string | undefined;
  readonly slirp4netns: string | undefined;
}

/** Looks for the tools on PATH, and where systems keep what is meant for root: all but root may lack that in PATH. */
export function findTools(variables: Readonly<NodeJS.ProcessEnv>): Tools {
  const PATH = `${variables['PATH'] ?? ''}:/usr/sbin:/sbin`;
  const find = (name: string) => findOnPath(name, { PATH });
  return {
    unshare: find('unshare'),
    nsenter: find('nsenter'),
    mount: find('mount'),
    hostname: find('hostname'),
    setpriv: find('setpriv'),
    // Few jobs need these.
    get ip() {
      return find('ip');
    },
    get pasta() {
      return find('pasta');
    },
    get slirp4netns() {
      return find('slirp4netns');
    },
  };
}
