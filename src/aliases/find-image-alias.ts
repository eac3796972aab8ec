import { ALGORITHM_ALIASES } from './algorithm-aliases.ts';
import type { ImageAlias } from './image-alias.ts';
import { parseAwsImage } from './parse-aws-image.ts';

/** What runs instead of the image with this name: undefined unless it is one of AWS's own, and we have something for it. */
export function findImageAlias(name: string): ImageAlias | undefined {
  const image = parseAwsImage(name);
  if (image === undefined || !Object.hasOwn(ALGORITHM_ALIASES, image.repository)) return undefined;
  return ALGORITHM_ALIASES[image.repository]?.(image);
}
