import type { Finding } from '../check.ts';
import type { ImageFiles } from '../image/image-files.ts';
import { type ImageFacts, UnreadableImage } from '../image-facts.ts';
import type { Subject } from '../subject.ts';
import { notApplicable, skipped, unknown } from './support/findings.ts';

const NO_IMAGE = {
  command: 'a command has no image: give an image, or a project with a Dockerfile and a container engine',
  project: 'the engine "process" builds no image: use a container engine, and a project with a Dockerfile',
};

/** Judges what the engine tells of the image; skipped where there is none. */
export async function aboutImage(subject: Subject, judge: (image: ImageFacts) => Finding): Promise<Finding> {
  return subject.image === undefined ? noImage(subject) : judge(subject.image);
}

/** Judges the files of the image; unknown where they cannot be read. */
export async function aboutFiles(
  subject: Subject,
  judge: (image: ImageFacts, files: ImageFiles) => Finding,
): Promise<Finding> {
  const { image } = subject;
  if (image === undefined) return noImage(subject);
  try {
    return judge(image, await image.files());
  } catch (error) {
    if (!(error instanceof UnreadableImage)) throw error;
    return unknown(`the files of the image cannot be read: ${error.message}`);
  }
}

function noImage({ kind }: Subject): Finding {
  return kind === 'project' ? skipped(NO_IMAGE.project) : notApplicable(NO_IMAGE.command);
}
