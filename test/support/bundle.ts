import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { build } from 'esbuild';
import { ROOT, temporaryFolder } from './job.ts';

/** A module of the sources as one file that plain Node can require: where a test starts many processes. */
export async function bundleForNode(t: TestContext, source: string): Promise<string> {
  const outfile = join(temporaryFolder(t), 'bundle.cjs');
  await build({
    entryPoints: [join(ROOT, source)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    define: { 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
    logLevel: 'error',
  });
  return outfile;
}
