// One transfer in a process of its own: node transfer-once.mjs optml|plain download|upload PORT FILE. Prints what it took.
import { createReadStream, createWriteStream, statSync } from 'node:fs';
import { request } from 'node:http';
import { createRequire } from 'node:module';
import { pipeline } from 'node:stream/promises';

const [who, direction, port, file] = process.argv.slice(2);
const path = '/bucket/key';

const plain = {
  download: () =>
    new Promise((resolve, reject) => {
      request({ port, path }, (response) => {
        pipeline(response, createWriteStream(file)).then(resolve, reject);
      }).end();
    }),
  upload: () =>
    new Promise((resolve, reject) => {
      const headers = { 'content-length': statSync(file).size };
      const sent = request({ port, path, method: 'PUT', headers }, (response) => {
        response.resume().on('end', resolve);
      });
      pipeline(createReadStream(file), sent).catch(reject);
    }),
};

async function optml() {
  const { openS3 } = createRequire(import.meta.url)('/tmp/exp/d8/dist/lazy/storage/s3.cjs');
  const variables = {
    AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}`,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  };
  const storage = openS3(variables, { warn: console.error, debug: () => undefined });
  const location = { bucket: 'bucket', key: 'key' };
  if (direction === 'download') await storage.downloadObject(location, file);
  else await storage.uploadFile(file, location);
  storage.close();
}

const start = performance.now();
await (who === 'plain' ? plain[direction]() : optml());
const { user, system } = process.cpuUsage();
console.log(
  JSON.stringify({
    seconds: (performance.now() - start) / 1000,
    cpuSeconds: (user + system) / 1e6,
    mebibytes: process.resourceUsage().maxRSS / 1024,
  }),
);
