const LONGEST_NAME = 63;

/** A name for a job: the base, cut if need be, and the time to the millisecond, as the Python SDK makes it. */
export function jobNameFromBase(base: string, now: Date): string {
  const [date = '', time = ''] = now.toISOString().split('T');
  const stamp = `${date}-${time.replace(/Z$/, '').replaceAll(/[:.]/g, '-')}`;
  // The API takes letters, digits and single hyphens between them.
  const allowed = base.replaceAll(/[^a-zA-Z0-9]+/g, '-').replaceAll(/^-+|-+$/g, '');
  const cut = (allowed === '' ? 'training-job' : allowed).slice(0, LONGEST_NAME - stamp.length - 1);
  return `${cut.replace(/-+$/, '')}-${stamp}`;
}

/** What a job is called after its image: `registry/trainer:1.2` → `trainer`. */
export function baseOfImage(image: string): string {
  return /^(?:.+\/)?([^:/]+)(?::[^:]+)?$/.exec(image)?.[1] ?? image;
}

/** The base of a name that {@link jobNameFromBase} has made, else the name itself. */
export function baseOfJobName(name: string): string {
  return /^(.+)-\d{4}-\d{2}-\d{2}-\d{2}-\d{2}-\d{2}-\d{3}/.exec(name)?.[1] ?? name;
}
