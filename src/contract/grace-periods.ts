/** Seconds from SIGTERM to SIGKILL for a container that the platform stops (C57). */
export const PLATFORM_STOP_SECONDS = 120;

/** What `train` uses of them by default for the program and for packing, so that it ends by itself before (C57). */
export const DEFAULT_STOP_GRACE_SECONDS = 110;
