/** Channels of a job of the newer SDK that bring its program instead of data: its source, and the drivers (C27). */
export const SOURCE_CHANNELS = { code: 'code', drivers: 'sm_drivers' } as const;
