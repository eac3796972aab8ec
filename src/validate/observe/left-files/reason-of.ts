import { cutText } from '../../../errors/quote-value.ts';
import { shownText } from '../../../job-tree/raw-name.ts';

const LONGEST_REASON = 200;

/** Why something could not be looked at, `EACCES: permission denied`: the system's text without the path. */
export function reasonOf(error: unknown): string {
  const [reason = ''] = (error as Error).message.split(', ');
  return cutText(shownText(reason), LONGEST_REASON);
}
