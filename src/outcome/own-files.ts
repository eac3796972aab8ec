/** Whether a frame belongs to the user's own code and not to a library. `<string>` and its like name no file. */
export function isOwnFile(file: string, codeDir: string): boolean {
  if (/\/(?:node_modules|site-packages|dist-packages)\//.test(file) || /^(?:node:|<)/.test(file)) return false;
  return file.startsWith(`${codeDir}/`) || !file.startsWith('/');
}

/** The name of a file relative to the folder of the user's code. */
export function shortName(file: string, codeDir: string): string {
  return file.startsWith(`${codeDir}/`) ? file.slice(codeDir.length + 1) : file;
}
