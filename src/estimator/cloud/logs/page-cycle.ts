import { OptmlError } from '../../../errors/error.ts';

/**
 * Finds pages that repeat, by their tokens, with the memory of one: it remembers a token, each time for twice as many pages
 * (Brent's algorithm).
 */
export class PageCycle {
  readonly #job: string;
  #remembered: string | undefined;
  #pages = 0;
  #limit = 1;

  constructor(job: string) {
    this.#job = job;
  }

  /** Takes the token of the next page. @throws OptmlError AWS_FAILED if the pages repeat, which would never end. */
  take(token: string): void {
    if (token === this.#remembered) throw endlessPages(this.#job, 'the same pages again and again');
    if (++this.#pages < this.#limit) return;
    this.#remembered = token;
    this.#pages = 0;
    this.#limit *= 2;
  }
}

/** The error for a service whose pages do not end. */
export function endlessPages(job: string, what: string): OptmlError {
  return new OptmlError('AWS_FAILED', `cannot read the logs of training job "${job}": the service answers ${what}`, {
    where: `training job "${job}"`,
    fix: 'Check the endpoint (AWS_ENDPOINT_URL): its answers are not those of CloudWatch Logs.',
  });
}
