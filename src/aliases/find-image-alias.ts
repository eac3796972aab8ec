import { ALGORITHM_ALIASES } from './algorithm-aliases.ts';
import { FRAMEWORK_ALIASES } from './framework-aliases.ts';
import type { ImageAlias } from './image-alias.ts';
import { parseAwsImage } from './parse-aws-image.ts';

const ALIASES = { ...ALGORITHM_ALIASES, ...FRAMEWORK_ALIASES };

/** What runs instead of the image with this name: undefined unless it is one of AWS's own, and we have something for it. */
export function findImageAlias(name: string): ImageAlias | undefined {
  const image = parseAwsImage(name);
  if (image === undefined || !Object.hasOwn(ALIASES, image.repository)) return undefined;
  return ALIASES[image.repository]?.(image);
}
