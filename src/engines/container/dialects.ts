import type { EngineOf } from '../engine-names.ts';

/** Names of the engines that run containers. */
export type ContainerEngineName = EngineOf<'container'>;

/** In what the command lines of the engines differ, as far as we use them. */
export interface Dialect {
  /**
   * How the hosts of a job find one another: by the network's name server (`alias`), by addresses that we choose and write
   * into each host's hosts file (`addresses`), or by the host names of the containers (`hostname`).
   */
  readonly names: 'alias' | 'addresses' | 'hostname';
  /** Whether `--mount` takes its value as a line of CSV, so that any path can be quoted. */
  readonly hasCsvMounts: boolean;
  readonly runOptions: readonly string[];
  readonly removeOptions: readonly string[];
  readonly networkOptions: readonly string[];
}

// Only optml reads the output, so the engine need not write it down as well. What is mounted is the user's own:
// where SELinux is on, a container could not read it otherwise.
const OPTIONS = ['--log-driver', 'none', '--security-opt', 'label=disable'];

const NERDCTL: Dialect = {
  // It has no network aliases: only the host name is in the others' hosts files.
  names: 'hostname',
  hasCsvMounts: true,
  runOptions: [],
  removeOptions: ['--force', '--volumes'],
  networkOptions: [],
};

/** How each engine is spoken to. */
export const DIALECTS: Readonly<Record<ContainerEngineName, Dialect>> = {
  docker: {
    names: 'alias',
    hasCsvMounts: true,
    runOptions: OPTIONS,
    removeOptions: ['--force', '--volumes'],
    networkOptions: [],
  },
  podman: {
    // Its name server is a package of its own, and absent on internal networks before version 4.4.
    names: 'addresses',
    hasCsvMounts: false,
    // Podman would hand the caller's proxies to the container, which neither the platform nor the other engines do.
    runOptions: [...OPTIONS, '--http-proxy=false'],
    // Without a time it waits ten seconds for the container to end by itself.
    removeOptions: ['--force', '--volumes', '--time', '0'],
    networkOptions: ['--disable-dns'],
  },
  nerdctl: NERDCTL,
  finch: NERDCTL,
};
