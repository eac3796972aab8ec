/** What the hosts of a job run: an image by its name, or a project folder that an image is built from. */
export type JobImage =
  | { readonly kind: 'image'; readonly name: string }
  /** `dir` is absolute. The engine `process` runs the project as it is. */
  | { readonly kind: 'project'; readonly dir: string };

/** In place of the name of an image: the job runs without a container. */
export const WITHOUT_CONTAINER = 'process';

const FOLDER = 'file://';

/** Reads an image as a request and a job's record write it: a name, or `file://` before the path, which is not encoded. */
export function parseImage(text: string): JobImage {
  return text.startsWith(FOLDER) ? { kind: 'project', dir: text.slice(FOLDER.length) } : { kind: 'image', name: text };
}

/** The text of an image in a request. {@link parseImage} reads it. */
export function imageText(image: JobImage): string {
  return image.kind === 'project' ? `${FOLDER}${image.dir}` : image.name;
}
