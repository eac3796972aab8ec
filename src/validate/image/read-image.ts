import { type EngineCli, engineFailed, inspectOne, runCli } from '../../engines/container-api.ts';
import type { ImageFacts } from '../image-facts.ts';
import { type ExportSetting, exportImage } from './export-image.ts';
import type { ImageFiles } from './image-files.ts';

/** What an image is read with. `words`: the command of the job, if the job has its own. */
export interface ReadSetting extends ExportSetting {
  readonly words: readonly string[];
}

/**
 * What the engine tells of an image that it has. Its files are read when they are first asked for.
 *
 * @throws OptmlError ENGINE_FAILED.
 */
export async function readImage(
  cli: EngineCli,
  image: string,
  { words, ...setting }: ReadSetting,
): Promise<ImageFacts> {
  const { signal } = setting;
  const args = ['image', 'inspect', image];
  const [answer, history] = await Promise.all([inspectOne(cli, args, { signal }), steps(cli, image, signal)]);
  signal.throwIfAborted();
  const inspected = answer.found;
  if (inspected === undefined) throw engineFailed(cli, `tell about the image ${image}`, answer.problem ?? '');
  const config = objectOf(inspected['Config']);
  const entrypoint = commandOf(config['Entrypoint']);
  const command = commandOf(config['Cmd']);
  let files: Promise<ImageFiles> | undefined;
  return {
    name: image,
    architecture: textOf(inspected['Architecture']),
    os: textOf(inspected['Os']),
    bytes: typeof inspected['Size'] === 'number' ? inspected['Size'] : 0,
    user: textOf(config['User']),
    entrypoint,
    command,
    environment: new Map((commandOf(config['Env']) ?? []).map(splitPair)),
    workDir: textOf(config['WorkingDir']) || '/',
    volumes: Object.keys(objectOf(config['Volumes'])),
    stopSignal: textOf(config['StopSignal']),
    history,
    files() {
      files ??= exportImage(cli, image, { ...setting, wanted: namesIn(entrypoint, command, words) });
      return files;
    },
  };
}

// The oldest first, as the engine's words for people have them; not every engine has them all.
async function steps(cli: EngineCli, image: string, signal: AbortSignal): Promise<readonly string[]> {
  const args = ['history', '--no-trunc', '--format', '{{.CreatedBy}}', image];
  const { code, stdout } = await runCli(cli, args, { signal });
  return code === 0 ? stdout.split('\n').filter(Boolean).reverse() : [];
}

function namesIn(...command: ReadonlyArray<readonly string[] | undefined>): ReadonlySet<string> {
  const given = command.flatMap((list) => list ?? []).map((word) => word.slice(word.lastIndexOf('/') + 1));
  return new Set(['train', ...given]);
}

function splitPair(pair: string): readonly [string, string] {
  const equals = pair.indexOf('=');
  return equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

// An empty list is how some engines say that there is none.
function commandOf(value: unknown): readonly string[] | undefined {
  if (typeof value === 'string') return value === '' ? undefined : [value];
  return Array.isArray(value) && value.length > 0 ? value.map(String) : undefined;
}
