// Runs a framework module (contract C25): imports the module named by the first argument, a URL or a package's name as
// seen from the working directory, and calls its function, named by the second, with the training environment. Whatever it throws ends the process as any uncaught error does.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { trainingEnvironment } from 'optml';

const [target = '', functionName = ''] = process.argv.slice(2);
const url = target.startsWith('file:')
  ? target
  : import.meta.resolve(target, pathToFileURL(join(process.cwd(), 'package.json')).href);
process.argv.splice(1, 3, url);
const loaded = (await import(url)) as Readonly<Record<string, unknown>> & {
  readonly default?: Record<string, unknown>;
};
const found = loaded[functionName] ?? loaded.default?.[functionName];
if (typeof found !== 'function') {
  throw new TypeError(`SAGEMAKER_TRAINING_MODULE: ${url} exports no function "${functionName}"`);
}
await found(trainingEnvironment());
