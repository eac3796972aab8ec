import type { Keys } from './credentials/keys.ts';
import type { Services } from './http/handle-request.ts';

/** What the services of an endpoint work with. */
export interface LocalServiceSettings {
  /** The folder of the buckets. Absolute. */
  readonly dataDir: string;
  /** Folders of plain files by the names of the buckets that they are. Absolute. */
  readonly folders: Readonly<Record<string, string>>;
  /** Whether acknowledged writes survive a power cut. */
  readonly isDurable: boolean;
  /** Makes temporary credentials. */
  readonly issueKeys: Keys['issue'];
}

export interface LocalServices {
  readonly services: Services;
  /** Ends what they run. To be called after the last request. */
  close(): Promise<void>;
}

/** Opens all services of the local endpoint. @throws OptmlError for a folder that cannot be used. */
export async function openLocalServices(_settings: LocalServiceSettings): Promise<LocalServices> {
  return { services: {}, close: async () => undefined };
}
