import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileWhole } from '../../files/write-file-whole.ts';

/** With a default bucket the SDKs do not ask STS, whose address they do not let anyone set. */
const SDK_CONFIG = `SchemaVersion: '1.0'
SageMaker:
  PythonSDK:
    Modules:
      TelemetryOptOut: true
      Session:
        DefaultS3Bucket: optml-default-bucket
`;

/** Writes the configuration file of the SageMaker Python SDKs into the endpoint's folder. Returns its path. */
export function writeSdkConfig(dir: string): string {
  const file = join(dir, 'sagemaker-sdk.yaml');
  if (contentOf(file) !== SDK_CONFIG) writeFileWhole(file, SDK_CONFIG, { mode: 0o600, isDurable: false });
  return file;
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // Missing, or unreadable: it is replaced.
    return undefined;
  }
}
