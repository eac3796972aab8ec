/** Channels of a job of the newer SDK that bring its program instead of data: its source, and the drivers (C27). */
export const SOURCE_CHANNELS = { code: 'code', drivers: 'sm_drivers' } as const;

/** Files by which the MPI drivers of the newer SDK report that a worker is ready, and that the first host has ended (C90). */
export const DRIVER_MARKS = (host: string): readonly string[] => [`/tmp/ready.${host}`, `/tmp/done.${host}`];
