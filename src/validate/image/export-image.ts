import type { Readable } from 'node:stream';
import { EntryReader } from '../../archive/unpack/entry-reader.ts';
import {
  type ContainerEngineName,
  type EngineCli,
  LIMITS_MS,
  labelArguments,
  lastLines,
  removeArguments,
  runCli,
  startCli,
} from '../../engines/container-api.ts';
import type { Watchdog } from '../../engines/engine.ts';
import { signalGroup } from '../../process/family.ts';
import { closeWriteEnd, makeOutputPipe } from '../../process/output-pipe.ts';
import { UnreadableImage } from '../image-facts.ts';
import { FileCollector } from './file-collector.ts';
import { ImageFiles } from './image-files.ts';

/** What an image is read with. */
export interface ExportSetting {
  readonly labels: readonly string[];
  readonly watchdog: Watchdog;
  readonly signal: AbortSignal;
}

// Names and attributes of a large image's files; what is kept of them is far less.
const MOST_HEADER_BYTES = 1024 ** 3;
const CONTAINER_ID = /^[0-9a-f]{12,64}$/;

/**
 * Reads all files of an image in one stream, by a container that is made and never started. `wanted` are names of files to
 * keep even where they are not executable.
 *
 * @throws UnreadableImage where the engine cannot, or gives what is no archive.
 */
export async function exportImage(
  cli: EngineCli,
  image: string,
  { wanted, labels, watchdog, signal }: ExportSetting & { readonly wanted: ReadonlySet<string> },
): Promise<ImageFiles> {
  // A command has to be named where the image has none.
  const create = ['create', ...labelArguments(labels), '--network', 'none', image, 'train'];
  const made = await runCli(cli, create, { signal, limitMs: LIMITS_MS.files });
  signal.throwIfAborted();
  const container = made.stdout.trim().split('\n').at(-1) ?? '';
  if (made.code !== 0) throw new UnreadableImage(lastLines(made.stderr, 1));
  if (!CONTAINER_ID.test(container)) throw new UnreadableImage(`${cli.name} answered a container's id that is none`);
  const remove = removeArguments(cli.name as ContainerEngineName, [container]);
  watchdog.watchCommand([...cli.command, ...remove]);
  try {
    const collector = new FileCollector(wanted);
    await readExport(cli, container, { collector, signal });
    return new ImageFiles(collector.result());
  } finally {
    await runCli(cli, remove, { limitMs: LIMITS_MS.removal });
  }
}

async function readExport(
  cli: EngineCli,
  container: string,
  { collector, signal }: { readonly collector: FileCollector; readonly signal: AbortSignal },
): Promise<void> {
  // podman opens its standard output by name, which the socket that Node gives does not allow.
  const pipe = await makeOutputPipe();
  const child = startCli(cli, {
    args: ['export', container],
    stdio: ['ignore', pipe?.writeEnd ?? 'pipe', 'pipe'],
  });
  const kill = () => {
    if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
  };
  const timer = setTimeout(kill, LIMITS_MS.image);
  signal.addEventListener('abort', kill, { once: true });
  if (pipe !== undefined) closeWriteEnd(pipe);
  const output = (pipe?.source ?? child.stdout) as Readable;
  let errorText = '';
  (child.stderr as Readable).setEncoding('utf8').on('data', (text: string) => {
    errorText = (errorText + text).slice(-4096);
  });
  const ended = new Promise<number>((resolve) => {
    child.once('error', (error) => {
      errorText ||= error.message;
      resolve(127);
    });
    child.once('close', (code) => resolve(code ?? 137));
  });
  try {
    const reader = new EntryReader(collector, MOST_HEADER_BYTES);
    for await (const chunk of output) reader.take(chunk as Buffer);
    if ((await ended) !== 0) throw new UnreadableImage(lastLines(errorText, 1));
    reader.end();
  } catch (error) {
    kill();
    signal.throwIfAborted();
    throw error instanceof UnreadableImage ? error : new UnreadableImage((error as Error).message);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', kill);
  }
}
