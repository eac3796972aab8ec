// The entry optml/endpoint as it was first declared: names and members may be added; none may be removed or narrowed.
// test/types/public-api.ts compares the present declarations with these.

export interface EndpointLog {
  warn(message: string): void;
  access?(line: string): void;
}

export interface LocalEndpoint {
  readonly url: string;
  readonly env: Readonly<Record<string, string>>;
  close(signal?: AbortSignal): Promise<void>;
}

export interface EndpointOptions {
  readonly port?: number | undefined;
  readonly host?: string | undefined;
  readonly dataDir?: string | undefined;
  readonly buckets?: Readonly<Record<string, string>> | undefined;
  readonly isAnyCredentials?: boolean | undefined;
  readonly isDurable?: boolean | undefined;
  readonly variables?: Readonly<NodeJS.ProcessEnv>;
  readonly log?: EndpointLog | undefined;
}

export declare function startEndpoint(options?: EndpointOptions): Promise<LocalEndpoint>;
