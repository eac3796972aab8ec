/** `OPTML_TEST_CACHE`, else `optml-test` in the user's cache folder. */
export function cacheFolder(variables: NodeJS.ProcessEnv): string;
