import type { Check } from '../../check.ts';
import type { ImageFiles } from '../../image/image-files.ts';
import type { ImageFacts } from '../../image-facts.ts';
import { aboutFiles } from '../about-image.ts';
import { fail, pass } from '../support/findings.ts';

/** From here on pulling takes minutes of every start. In bytes, unpacked. */
const LARGE_BYTES = 10e9;
/** Unneeded files of package managers, in bytes: smaller sums are not reported. */
const CACHE_BYTES = 50e6;
const SHOWN_FOLDERS = 5;

/** Contract C58: the image is downloaded at the start of each job, on each host. */
export const imageSize: Check = {
  id: 'image-size',
  clause: 'C58',
  severity: 'advice',
  title: 'The image is no larger than it has to be',
  probe:
    "Adds up the files of the image: more than 10 GB in all, or more than 50 MB of package managers' caches, is a finding.",
  why: 'Every host of every job downloads and unpacks the image before the program starts; a gigabyte costs many seconds.',
  fix: 'Remove caches in the step that fills them: rm -rf /var/lib/apt/lists/* ~/.cache ~/.npm; pip install --no-cache-dir; or copy what is needed from a build stage.',
  run: (subject) =>
    aboutFiles(subject, (image, files) => {
      const caches = [...files.facts.caches].filter(([, bytes]) => bytes > 1e6);
      const wasted = caches.reduce((sum, [, bytes]) => sum + bytes, 0);
      const evidence = { notes: notesOf(image, files) };
      if (wasted > CACHE_BYTES) {
        const names = caches.map(([name]) => name).join(', ');
        return fail(`${sizeText(wasted)} of it are caches: ${names}`, evidence);
      }
      return (image.bytes > LARGE_BYTES ? fail : pass)(`it has ${sizeText(image.bytes)}`, evidence);
    }),
};

function notesOf({ bytes }: ImageFacts, { facts: { folders, caches } }: ImageFiles): readonly string[] {
  const largest = [...folders].sort(([, a], [, b]) => b - a).slice(0, SHOWN_FOLDERS);
  const line = ([name, size]: readonly [string, number]) => `${name}: ${sizeText(size)}`;
  return [
    `unpacked: ${sizeText(bytes)}`,
    ...largest.map(line),
    ...[...caches].map(([name, size]) => line([`cache ${name}`, size])),
  ];
}

/** A size in bytes for people. */
export function sizeText(bytes: number): string {
  return bytes < 1e9 ? `${Math.round(bytes / 1e5) / 10} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}
