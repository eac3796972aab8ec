/** Log level where none is given: Python's INFO (section 4 of the contract). */
export const DEFAULT_LOG_LEVEL = 20;
