const CELLS = 20;

/** A bar that shows how much of the whole is done, with a space behind it; empty where the whole is not known. */
export function progressBar(done: number, total: number | undefined): string {
  if (total === undefined || total <= 0) return '';
  const filled = Math.floor(Math.min(1, done / total) * CELLS);
  return `[${'#'.repeat(filled)}${'-'.repeat(CELLS - filled)}] `;
}
