/** Most characters of a job's name in the API. */
const LONGEST_NAME = 63;

/** Whether a job can have this name (the API's pattern). Such a name is also a safe name for a folder. */
export function isJobName(name: string): boolean {
  return name.length <= LONGEST_NAME && /^[a-zA-Z0-9](?:-*[a-zA-Z0-9])*$/.test(name);
}

/** `name` for number 1, `name-2`, `name-3` …: cut so that it keeps to the API's length and pattern. */
export function numberedName(name: string, number: number): string {
  if (number === 1) return name;
  const suffix = `-${number}`;
  return `${name.slice(0, LONGEST_NAME - suffix.length).replace(/-+$/, '')}${suffix}`;
}
