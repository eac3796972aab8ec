/** Seconds from SIGTERM to SIGKILL for a container that the platform stops (C57). */
export const PLATFORM_STOP_SECONDS = 120;

/** Seconds that `train` gives the program and packing after SIGTERM by default: it ends before the platform kills it. */
export const DEFAULT_STOP_GRACE_SECONDS = 110;
