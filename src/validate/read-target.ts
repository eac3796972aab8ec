import { dirname, resolve } from 'node:path';
import { SOURCE_CHANNELS } from '../contract/channels.ts';
import { imageText, parseImage } from '../engines/job-image.ts';
import { prepareRequest } from '../local/prepare-request.ts';
import { applyFlags } from '../request/flags.ts';
import { isObject } from '../request/is-json-object.ts';
import { readRequest } from '../request/read-request.ts';
import type { TrainingJobRequest } from '../request/request.ts';

/** What a job without an image stands for: its own is put in. */
const NO_IMAGE = 'image-under-validation';

/** The job that a validation builds on. */
export interface ValidationTarget {
  readonly request: TrainingJobRequest;
  /** The image that it names itself; the path of a project is absolute. */
  readonly image: string | undefined;
}

/**
 * Reads and checks the user's own job: a file's path, or a CreateTrainingJob request. It need not name an image. Paths count
 * from `baseDir`, which is absolute.
 *
 * @throws OptmlError REQUEST_INVALID with all that is wrong.
 */
export async function readTarget(job: unknown, baseDir: string): Promise<ValidationTarget> {
  const isFile = typeof job === 'string';
  const file = isFile ? resolve(baseDir, job) : undefined;
  const value = isFile ? await readRequest(job, file) : job;
  const image = imageOf(value);
  const flags = { channels: [], hyperparameters: [], environment: [] };
  const whole = applyFlags(value, { ...flags, ...(image === undefined && { image: NO_IMAGE }) }, baseDir);
  const origin = file === undefined ? { where: 'job', baseDir } : { where: String(job), baseDir: dirname(file) };
  const request = prepareRequest(whole, { ...origin, isAsPlatform: false });
  return { request, image: image === undefined ? undefined : withWholePath(image, origin.baseDir) };
}

// As all paths of a job, that of its project counts from the file.
function withWholePath(image: string, baseDir: string): string {
  const parsed = parseImage(image);
  return parsed.kind === 'project' ? imageText({ ...parsed, dir: resolve(baseDir, parsed.dir) }) : image;
}

function imageOf(value: unknown): string | undefined {
  const algorithm = isObject(value) ? value['AlgorithmSpecification'] : undefined;
  const image = isObject(algorithm) ? algorithm['TrainingImage'] : undefined;
  return typeof image === 'string' ? image : undefined;
}

/** Whether a job is started through the newer SDK's `sm_drivers` (contract C27). */
export function isDriversJob({ InputDataConfig = [] }: TrainingJobRequest): boolean {
  return InputDataConfig.some(({ ChannelName }) => ChannelName === SOURCE_CHANNELS.drivers);
}
