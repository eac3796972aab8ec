import { spawn } from 'node:child_process';
import { promises as streams } from 'node:stream';

/** igzip could not be started, or failed: no fault of what is packed. */
export class IgzipError extends Error {
  override readonly name = 'IgzipError';
}

/**
 * Compresses `source` to one gzip stream by `igzip` (an absolute path), which is many times as fast as zlib and
 * leaves a little more. A step of a pipeline, which aborts `signal` when it
 * gives up; the same bytes in give the same bytes out.
 *
 * @throws IgzipError; whatever `source` throws.
 */
export async function* byIgzip(
  igzip: string,
  source: AsyncIterable<Buffer>,
  // The declarations of Node do not know that a pipeline passes them.
  options?: { readonly signal: AbortSignal },
): AsyncGenerator<Buffer> {
  // No time in the header. A group of its own: Ctrl-C in a terminal stops the script, not the packing of its work.
  const child = spawn(igzip, ['--stdout', '--no-name'], { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words += text;
  });
  const trouble = new Promise<string | undefined>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) =>
      resolve(code === 0 ? undefined : words.trim() || `ended with ${signal ?? code}`),
    );
  });
  const fed = streams.pipeline(source, child.stdin);
  // It is looked at when igzip has ended, since its end is what breaks the pipe.
  fed.catch(() => undefined);
  // Else the generator would wait for output that may never come before it hears of the end.
  const kill = () => child.kill('SIGKILL');
  options?.signal.addEventListener('abort', kill, { once: true });
  try {
    yield* child.stdout;
    const why = await trouble;
    if (why !== undefined) throw new IgzipError(`${igzip}: ${why}`);
    await fed;
  } finally {
    options?.signal.removeEventListener('abort', kill);
    kill();
  }
}
