import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { STSClient } from '@aws-sdk/client-sts';
import { ANSWER_LIMITS } from '../storage/answer-limits.ts';
import { HttpHandler } from '../storage/http-handler.ts';
import type { AwsSettings } from './aws-settings.ts';
import { type CredentialSource, credentialSource } from './credentials.ts';
import { type ServiceId, serviceEndpoint } from './service-endpoint.ts';

interface Clients {
  sagemaker: SageMakerClient;
  'cloudwatch logs': CloudWatchLogsClient;
  sts: STSClient;
}

const CLIENTS = { sagemaker: SageMakerClient, 'cloudwatch logs': CloudWatchLogsClient, sts: STSClient };

// Answers of these services are small and come soon: the largest, a page of a log, has 1 MB of text.
const LIMITS = { headersMs: 60_000, aboutMs: 60_000, aboutBytes: 16 << 20 };
const TIMEOUTS = { ...ANSWER_LIMITS, ...LIMITS, connectMs: 10_000, idleMs: 30_000 };

/** The clients of AWS's services, which share connections and credentials. None is made before it is needed. */
export class AwsClients {
  readonly #settings: AwsSettings;
  readonly #handler = new HttpHandler(TIMEOUTS);
  #source: CredentialSource;
  #made: { [Service in ServiceId]?: Promise<Clients[Service]> } = {};

  constructor(settings: AwsSettings) {
    this.#settings = settings;
    this.#source = credentialSource(settings);
  }

  get credentials(): CredentialSource {
    return this.#source;
  }

  client<Service extends ServiceId>(service: Service): Promise<Clients[Service]> {
    const made: { [Name in Service]?: Promise<Clients[Name]> } = this.#made;
    made[service] ??= this.#make(service);
    return made[service];
  }

  /** Looks for credentials again: those of before are refused. */
  renew(): void {
    this.#source = credentialSource(this.#settings);
    this.#made = {};
  }

  close(): void {
    this.#handler.destroy();
  }

  async #make<Service extends ServiceId>(service: Service): Promise<Clients[Service]> {
    const endpoint = await serviceEndpoint(service, this.#settings);
    const Client = CLIENTS[service] as unknown as new (config: object) => Clients[Service];
    return new Client({
      region: this.#settings.region,
      credentials: this.#source,
      ...(endpoint !== undefined && { endpoint }),
      requestHandler: this.#handler,
      // Requests are repeated by the session, which knows what a repeated one may do.
      maxAttempts: 1,
    });
  }
}
