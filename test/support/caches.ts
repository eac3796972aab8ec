/** Variables by which npm and pip find downloads of earlier runs, wherever HOME is; empty if the caller has not set them. */
export function installCaches(): Readonly<Record<string, string>> {
  const names = ['npm_config_cache', 'PIP_CACHE_DIR'];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
