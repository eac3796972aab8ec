// An endpoint as a process that can be killed: serve-jobs.ts HOME S3-PORT PORT PARALLEL. Prints its address. SIGTERM ends it
// as the end of the command does.
import { startEndpoint } from '../../../../src/endpoint/endpoint.ts';
import { openJobs } from '../../../../src/endpoint/jobs/endpoint-jobs.ts';
import { sageMakerService } from '../../../../src/endpoint/sagemaker/sagemaker-service.ts';
import { proxyTo } from '../../../support/proxy-service.ts';

const [home = '', s3Port = '', port = '', parallel = ''] = process.argv.slice(2);
const s3 = proxyTo(Number(s3Port));
const services = { sagemaker: s3, s3 };
const endpoint = await startEndpoint({ services, isAnyCredentials: true, port: Number(port) });
const { PATH, HOME } = process.env;
const jobs = openJobs({
  variables: { PATH, HOME, OPTML_HOME: home },
  url: endpoint.url,
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  engine: 'process',
  parallel: Number(parallel),
});
services.sagemaker = sageMakerService(jobs);
process.once('SIGTERM', async () => {
  await jobs.stopAll();
  jobs.close();
  await endpoint.close(0);
});
process.stdout.write(`${endpoint.url}\n`);
