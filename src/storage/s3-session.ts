import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { s3Uri } from '../contract/location.ts';
import type { Log } from '../log/log.ts';
import { ANSWER_LIMITS } from './answer-limits.ts';
import { HttpHandler, type Timeouts } from './http-handler.ts';
import { RETRY_POLICY, type RetryPolicy, retrying } from './retry.ts';
import { type Caller, explainS3Error, isTransient, type Operation, regionFromError } from './s3-errors.ts';
import type { S3Settings } from './s3-settings.ts';
import { type SentRequest, SignedPuts } from './signed-puts.ts';
import { ObjectChanged } from './transfer-error.ts';

/** How patient a session is. */
export interface Patience extends Timeouts {
  readonly retry: RetryPolicy;
}

/** What of a session differs from the default. */
export interface SessionOptions extends Partial<Patience> {
  /** By default a job. */
  readonly caller?: Caller;
}

const PATIENCE: Patience = { ...ANSWER_LIMITS, connectMs: 10_000, idleMs: 30_000, retry: RETRY_POLICY };

/** One request by a client whose region is that of the bucket. */
export type Request<Result> = (client: S3Client, options: { readonly abortSignal: AbortSignal }) => Promise<Result>;

/** Connections to S3, credentials, and what is known about buckets. */
export class S3Session {
  readonly log: Pick<Log, 'warn' | 'debug'>;
  /** Puts of small objects. */
  readonly puts: SignedPuts;
  readonly #settings: S3Settings;
  readonly #patience: Patience;
  readonly #caller: Caller;
  readonly #handler: HttpHandler;
  readonly #clients = new Map<string, S3Client>();
  readonly #regions = new Map<string, string>();

  constructor(
    settings: S3Settings,
    log: Pick<Log, 'warn' | 'debug'>,
    { caller = 'job', ...patience }: SessionOptions = {},
  ) {
    this.log = log;
    this.#settings = settings;
    this.#caller = caller;
    this.#patience = { ...PATIENCE, ...patience };
    this.#handler = new HttpHandler(this.#patience);
    this.puts = new SignedPuts(this.#handler);
  }

  /** Runs `action` with retries; what it throws in the end is an OptmlError that names the operation. */
  attempt<Result>(operation: Operation, signal: AbortSignal, action: () => Promise<Result>): Promise<Result> {
    return retrying(action, {
      policy: this.#patience.retry,
      signal,
      isTransient,
      onRetry: (error, next, waitMs) => {
        const what = `${operation.name} ${s3Uri(operation.location)}: ${(error as Error).message}`;
        const say = next > 3 ? this.log.warn : this.log.debug;
        say(`${what}; attempt ${next} of ${this.#patience.retry.attempts} in ${(waitMs / 1000).toFixed(1)} s`);
      },
      // Who downloads knows what to do about an object that is another one now.
      explain: (error, attempts) =>
        error instanceof ObjectChanged ? error : explainS3Error(error, operation, attempts, this.#caller),
    });
  }

  /** {@link send} with retries. */
  request<Result>(operation: Operation, signal: AbortSignal, request: Request<Result>): Promise<Result> {
    return this.attempt(operation, signal, () => this.send(operation, signal, request));
  }

  /** Sends one request, without retries, to the region of the bucket: a refusal that names it is followed once. */
  async send<Result>(operation: Operation, signal: AbortSignal, request: Request<Result>): Promise<Result> {
    const { bucket } = operation.location;
    const region = this.#regions.get(bucket) ?? this.#settings.region;
    const options = { abortSignal: signal };
    try {
      return await request(this.#client(region), options);
    } catch (error) {
      const actual = regionFromError(error);
      if (actual === undefined || actual === region) throw error;
      this.log.debug(`bucket ${bucket} is in ${actual}, not in ${region}`);
      this.#regions.set(bucket, actual);
      return await request(this.#client(actual), options);
    }
  }

  close(): void {
    for (const client of this.#clients.values()) client.destroy();
    this.#handler.destroy();
  }

  #client(region: string): S3Client {
    const known = this.#clients.get(region);
    if (known !== undefined) return known;
    const [first] = this.#clients.values();
    const client = new S3Client(this.#configuration(region, first));
    this.#clients.set(region, client);
    return client;
  }

  #configuration(region: string, first: S3Client | undefined): S3ClientConfig {
    const { endpoint, credentials } = this.#settings;
    // What the chain has found once serves every region.
    const identity = credentials ?? first?.config.credentials;
    return {
      region,
      ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
      ...(identity !== undefined && { credentials: identity }),
      requestHandler: this.#handler,
      // All of this is done here, where it is known what a part is.
      maxAttempts: 1,
      followRegionRedirects: false,
      expectContinueHeader: false,
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    };
  }
}

/** A step between the SDK's command and its request, whatever the command's input and output are. */
type Step = <Args extends { readonly request: unknown }, Output>(
  next: (args: Args) => Promise<Output>,
) => (args: Args) => Promise<Output>;

/** Any command of the SDK, as far as headers are added to it. */
interface Command {
  readonly middlewareStack: {
    add(step: Step, options: { readonly step: 'build'; readonly name: string; readonly priority: 'low' }): void;
  };
}

interface WatchedCommand {
  readonly middlewareStack: {
    add(
      step: Step,
      options: { readonly step: 'finalizeRequest'; readonly name: string; readonly priority: 'low' },
    ): void;
  };
}

/** The command, whose request is passed to `onRequest` as it is sent. */
export function watched<Any extends WatchedCommand>(command: Any, onRequest: (request: SentRequest) => void): Any {
  const watch: Step = (next) => (args) => {
    onRequest(args.request as SentRequest);
    return next(args);
  };
  command.middlewareStack.add(watch, { step: 'finalizeRequest', name: 'watchRequest', priority: 'low' });
  return command;
}

/** The command, with headers that the SDK has no member for, or would act upon itself. They are signed. */
export function withHeaders<Any extends Command>(command: Any, headers: Readonly<Record<string, string>>): Any {
  const addHeaders: Step = (next) => (args) => {
    const { headers: given } = args.request as { readonly headers: Record<string, string> };
    Object.assign(given, headers);
    return next(args);
  };
  command.middlewareStack.add(addHeaders, { step: 'build', name: 'addHeaders', priority: 'low' });
  return command;
}
