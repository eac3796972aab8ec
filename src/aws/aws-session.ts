import type { Log } from '../log/log.ts';
import { type RetryPolicy, retrying } from '../storage/retry.ts';
import { AwsClients } from './aws-clients.ts';
import { type AwsOperation, explainAwsError } from './aws-errors.ts';
import type { AwsSettings } from './aws-settings.ts';
import type { CredentialSource } from './credentials.ts';
import { areCredentialsExpired, hasNoServer, isTransientAws } from './transient-errors.ts';

/** About a minute of waiting in all: requests of other programs use up the same limits of the account. */
const RETRY: RetryPolicy = { attempts: 9, firstWaitMs: 300, lastWaitMs: 20_000 };

const NEVER = new AbortController().signal;

/** One request, by the clients as they are at that moment. */
export type AwsRequest<Result> = (
  clients: AwsClients,
  options: { readonly abortSignal: AbortSignal },
) => Promise<Result>;

/** Sends requests to AWS: repeats what may be repeated, looks for new credentials, explains what fails. */
export class AwsSession {
  readonly settings: AwsSettings;
  readonly #log: Pick<Log, 'warn' | 'debug'>;
  readonly #retry: RetryPolicy;
  readonly #clients: AwsClients;
  #hasAnswered = false;

  constructor(settings: AwsSettings, log: Pick<Log, 'warn' | 'debug'>, retry: RetryPolicy = RETRY) {
    this.settings = settings;
    this.#log = log;
    this.#retry = retry;
    this.#clients = new AwsClients(settings);
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
    const attempt = async () => {
      try {
        const result = await send(this.#clients, { abortSignal });
        this.#hasAnswered = true;
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
        const say = next > 4 ? this.#log.warn : this.#log.debug;
        const seconds = (waitMs / 1000).toFixed(1);
        say(
          `${operation.name}: ${(error as Error).message}; attempt ${next} of ${this.#retry.attempts} in ${seconds} s`,
        );
      },
      explain: (error, attempts) => explainAwsError(error, { operation, settings: this.settings, attempts }),
    });
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
