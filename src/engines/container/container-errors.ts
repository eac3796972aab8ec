import { basename } from 'node:path';
import { OptmlError } from '../../errors/error.ts';
import { quoteValue } from '../../errors/quote-value.ts';
import { DEFAULT_IMAGE } from '../../request/flags.ts';
import type { EngineCli } from './engine-cli.ts';
import type { UnstartableProgram } from './run/unstartable-program.ts';

const REFUSED = /unauthori[sz]ed|authentication required|no basic auth|access denied|denied:|forbidden|\b40[13]\b/i;
const UNKNOWN = /not found|manifest unknown|name unknown|does not exist|no such (?:image|manifest)|\b404\b/i;
const ECR = /^(\d{12}\.dkr\.ecr(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?)\//;

/** The error for an image that could not be pulled. `output` is the text that the engine printed. */
export function pullError(cli: EngineCli, image: string, output: string): OptmlError {
  const where = lastLines(output, 2);
  if (image === DEFAULT_IMAGE) return baseImageMissing(cli, where);
  if (REFUSED.test(output)) {
    return new OptmlError('IMAGE_UNAVAILABLE', `the registry refused to give out the image ${image}`, {
      where,
      fix: `Log in first: ${loginCommand(cli, image)}`,
    });
  }
  if (UNKNOWN.test(output)) {
    return new OptmlError('IMAGE_UNAVAILABLE', `there is no image ${image}`, {
      where,
      fix: `Check its name and tag. A private registry may also say so to who is not logged in: ${loginCommand(cli, image)}`,
    });
  }
  return new OptmlError('IMAGE_UNAVAILABLE', `the image ${image} could not be pulled`, {
    where,
    fix: 'Check the name, the network, and whether the registry answers. An image that is already here needs no pull.',
  });
}

/** The command that logs in to an image's registry. */
export function loginCommand({ name }: EngineCli, image: string): string {
  const [, registry, region] = ECR.exec(image) ?? [];
  if (registry !== undefined) {
    return `aws ecr get-login-password --region ${region} | ${name} login --username AWS --password-stdin ${registry}`;
  }
  const [first = ''] = image.split('/');
  const isHost = image.includes('/') && (/[.:]/.test(first) || first === 'localhost');
  return isHost ? `${name} login ${first}` : `${name} login`;
}

/** The name of an image of ECR without its registry, by which it was built; undefined for other images. */
export function localName(image: string): string | undefined {
  return ECR.test(image) ? image.replace(ECR, '') : undefined;
}

// The errors of docker, BuildKit and podman for the base image in FROM. BuildKit also names an image that it has found.
const NO_BASE_IMAGE =
  /denied for optml,|source metadata for docker\.io\/library\/optml:|short-name "optml" did not|in docker\.io\/library\/optml:/;

/** Whether a build failed because the base image is missing. */
export function lacksBaseImage(output: string): boolean {
  return NO_BASE_IMAGE.test(output);
}

/** The error for a base image that is not here. No registry has it, so the network and `pull` cannot help. */
export function baseImageMissing({ name }: EngineCli, where: string): OptmlError {
  return new OptmlError('IMAGE_UNAVAILABLE', `the base image ${DEFAULT_IMAGE} is not on this machine`, {
    where,
    fix: `Build it in a clone of optml: "${name} build -t ${DEFAULT_IMAGE} .". To run without a container, use --engine process.`,
  });
}

/** The error for an image that is not here and may not be pulled. */
export function missingImage(cli: EngineCli, image: string): OptmlError {
  if (image === DEFAULT_IMAGE) return baseImageMissing(cli, '--pull never');
  return new OptmlError('IMAGE_UNAVAILABLE', `the image ${image} is not on this machine, and none may be pulled`, {
    where: '--pull never',
    fix: `Use --pull missing, or run: ${cli.name} pull ${image}`,
  });
}

/** The error for a name that no image can have. `said` is what the engine printed. */
export function invalidImageName(image: string, said: string): OptmlError {
  return new OptmlError('IMAGE_UNAVAILABLE', `no image can have the name ${quoteValue(image)}`, {
    where: lastLines(said, 2),
    fix: 'Use lowercase letters, digits and ./_- with a tag or digest, such as registry.example/team/image:1.0.',
  });
}

/** The error for a command of the engine that failed for another reason than the job. */
export function engineFailed(cli: EngineCli, what: string, output: string): OptmlError {
  return new OptmlError('ENGINE_FAILED', `${cli.name} could not ${what}`, {
    where: lastLines(output, 3) || undefined,
    fix: `Try whether it answers: ${cli.name} version`,
  });
}

/** Why a container could not be started, in words for the user (contract C1, section 15). `said` is what the engine printed. */
export function describeStartFailure(image: string, output: string): string {
  const text = output.trim();
  const program = programNamed(text);
  if (program !== undefined && isMissing(text)) {
    return (
      `the image ${image} has no program "${program}"` +
      (program.includes('/') ? '' : ' on its PATH') +
      (program === 'train' ? ': a training image is started as `train` unless it has an ENTRYPOINT in exec form' : '')
    );
  }
  if (program !== undefined && /permission denied/i.test(text)) {
    return `the program "${program}" of the image ${image} is not executable for the image's user`;
  }
  if (/exec format error/i.test(text)) {
    return `the first program of the image ${image} is for another architecture, or lacks its #! line`;
  }
  return refusal(text) ?? 'the engine said nothing about why';
}

// Of docker and podman; nerdctl logs its last words.
const REFUSAL = /^(?:\w+: )?Error(?: response from daemon)?: (.+)$/;
const FATAL_LOG = /^(?:FATA\[\d+\] |time="[^"]*" level=fatal msg=)(.+)$/;
// The logger of the command line: about its connection to the engine, not about the container.
const OTHER_LOG = /^(?:(?:DEBU|INFO|WARN|ERRO)\[\d+\]|time="|WARNING: )/;
const NO_GPU_RUNTIME =
  /could not select device driver .*gpu|unresolvable CDI devices|nvidia-container-cli|unknown or invalid runtime name: nvidia/i;

/** The line in which the engine says why it refused, with the fix where it is known. */
function refusal(text: string): string | undefined {
  const lines = lastLines(text, Number.MAX_SAFE_INTEGER).split('\n').filter(Boolean);
  const [said] = lines.flatMap((line) => REFUSAL.exec(line)?.[1] ?? FATAL_LOG.exec(line)?.[1] ?? []);
  const found = said ?? lines.findLast((line) => !OTHER_LOG.test(line)) ?? lines.at(-1);
  if (found === undefined || !NO_GPU_RUNTIME.test(found)) return found;
  return `${found} The engine cannot pass GPUs to containers: install the NVIDIA Container Toolkit, or run without --gpus`;
}

/** The program that the engine did not find, or found but could not execute: some engines make no difference. */
export function missingProgram(output: string): string | undefined {
  return isMissing(output) ? programNamed(output) : undefined;
}

/** Why a container could not be started whose program is there, with the fix. */
export function describeUnstartable(image: string, { path, why }: UnstartableProgram): string {
  if (why === 'line ends') {
    return `the #! line of ${path} in the image ${image} ends with CR LF, which Linux takes for a part of the interpreter's name. Convert the file: sed -i 's/\\r$//' ${basename(path)}`;
  }
  return `the program ${path} of the image ${image} is on its PATH and is not executable. Add to the Dockerfile: RUN chmod +x ${path}`;
}

function isMissing(text: string): boolean {
  return /executable file .*not found|no such file or directory/i.test(text);
}

// The program, as runc and crun name it.
function programNamed(text: string): string | undefined {
  return (/exec:? \\?"([^"\\]+)\\?"/.exec(text) ?? /executable file [`']([^`']+)[`']/.exec(text))?.[1];
}

/** The last lines of what a command has said that say anything. */
export function lastLines(text: string, count: number): string {
  const lines = text.split('\n').map((line) => line.trim());
  return lines
    .filter((line) => line !== '' && !/^See '.*--help'|^Run '.*--help'/.test(line))
    .slice(-count)
    .join('\n');
}
