import { monotonicMs } from '../concurrency/clock.ts';
import type { Log } from '../log/log.ts';
import { mostAttempts, type RetryPolicy, retrying } from '../storage/retry.ts';
import { AwsClients } from './aws-clients.ts';
import { type AwsOperation, explainAwsError, messageOf } from './aws-errors.ts';
import type { AwsSettings } from './aws-settings.ts';
import type { CredentialSource } from './credentials.ts';
import { isNews, Outage } from './outage.ts';
import { areCredentialsExpired, hasNoServer, isTransientAws } from './transient-errors.ts';

/** About a minute of waiting in all: requests of other programs use up the same limits of the account. */
const RETRY: RetryPolicy = { attempts: 9, firstWaitMs: 300, lastWaitMs: 20_000 };

/** Further attempts of a program that waits for a job, which goes on meanwhile: some twelve minutes more. */
const MORE_ATTEMPTS_OF_WAITS = 48;

const NEVER = new AbortController().signal;

/** One request, by the clients as they are at that moment. */
export type AwsRequest<Result> = (
  clients: AwsClients,
  options: { readonly abortSignal: AbortSignal },
) => Promise<Result>;

interface Repetition {
  /** The number of the next attempt. */
  readonly next: number;
  readonly waitMs: number;
  /** Since the first attempt. */
  readonly elapsedMs: number;
}

/** Sends requests to AWS: repeats what may be repeated, looks for new credentials, explains what fails. */
export class AwsSession {
  readonly settings: AwsSettings;
  readonly #log: Pick<Log, 'warn' | 'debug'>;
  readonly #retry: RetryPolicy;
  readonly #clients: AwsClients;
  readonly #outage: Outage | undefined;
  #hasAnswered: boolean;

  constructor(
    settings: AwsSettings,
    log: Pick<Log, 'warn' | 'debug'>,
    retry: RetryPolicy = RETRY,
    parent?: AwsSession,
  ) {
    this.settings = settings;
    this.#log = log;
    this.#retry = retry;
    this.#clients = parent === undefined ? new AwsClients(settings) : parent.#clients;
    this.#outage = parent === undefined ? undefined : new Outage(log.warn);
    this.#hasAnswered = parent === undefined ? false : parent.#hasAnswered;
  }

  /** The same session for a wait, which outlasts outages of some minutes, and reports them. */
  forWaits(): AwsSession {
    const retry = { moreAttempts: MORE_ATTEMPTS_OF_WAITS, ...this.#retry };
    return new AwsSession(this.settings, this.#log, retry, this);
  }

  get credentials(): CredentialSource {
    return this.#clients.credentials;
  }

  /**
   * Sends a request until it succeeds or no other attempt can help. `onRetry` is called before each further attempt: the one
   * before may have succeeded without an answer.
   *
   * @throws OptmlError; the reason of `signal`.
   */
  request<Result>(
    operation: AwsOperation,
    signal: AbortSignal | undefined,
    send: AwsRequest<Result>,
    onRetry?: () => void,
  ): Promise<Result> {
    const abortSignal = signal ?? NEVER;
    const start = monotonicMs();
    const attempt = async () => {
      try {
        const result = await send(this.#clients, { abortSignal });
        this.#hasAnswered = true;
        this.#outage?.over();
        return result;
      } catch (error) {
        if (!hasNoServer(error)) this.#hasAnswered = true;
        throw error;
      }
    };
    return retrying(attempt, {
      policy: this.#retry,
      signal: abortSignal,
      isTransient: (error) => this.#isTransient(error),
      onRetry: (error, next, waitMs) => {
        onRetry?.();
        if (areCredentialsExpired(error)) this.#clients.renew();
        this.#say(operation, error, { next, waitMs, elapsedMs: monotonicMs() - start });
      },
      explain: (error, attempts) => explainAwsError(error, { operation, settings: this.settings, attempts }),
    });
  }

  #say({ name }: AwsOperation, error: unknown, { next, waitMs, elapsedMs }: Repetition): void {
    const reason = `${name}: ${messageOf(error)}`;
    const often = `attempt ${next} of ${mostAttempts(this.#retry)} in ${(waitMs / 1000).toFixed(1)} s`;
    if (this.#outage !== undefined) this.#outage.failed(reason);
    else if (isNews(next, elapsedMs)) this.#log.warn(`${reason}; ${often}`);
    else this.#log.debug(`${reason}; ${often}`);
  }

  #isTransient(error: unknown): boolean {
    // The user may be renewing them at this moment. Keys of the environment stay the same.
    if (areCredentialsExpired(error)) return this.settings.keys === undefined;
    // A wrong address stays wrong.
    return isTransientAws(error) && (this.#hasAnswered || !hasNoServer(error));
  }

  close(): void {
    this.#clients.close();
  }
}
