/** The label in which our images list their software: `Python 3.11, PyTorch 2.13.0+cpu`. Their Dockerfiles write it. */
export const VERSIONS_LABEL = 'ai.optml.versions';

// Anybody may have built the image: no more than names and versions reaches the log.
const ENTRY = /^([A-Za-z][\w.-]{0,40}) (\d[\w.+-]{0,40})$/;
const MOST = 50;

/** Reads the label {@link VERSIONS_LABEL}: name → version. Leaves out what has another form. */
export function readImageVersions(label: string | undefined): ReadonlyMap<string, string> {
  const entries = (label ?? '').slice(0, MOST * 100).split(', ', MOST);
  return new Map(
    entries.flatMap((entry) => {
      const [, name, version] = ENTRY.exec(entry) ?? [];
      return name === undefined || version === undefined ? [] : [[name, version] as const];
    }),
  );
}
