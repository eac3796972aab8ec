// The commands about jobs of SageMaker, in one bundle: nothing else loads them.
export { attachCommand } from './attach-command.ts';
export { describeCloudJob } from './describe-cloud-job.ts';
export { showCloudLogs } from './show-cloud-logs.ts';
export { stopCloudJob } from './stop-cloud-job.ts';
export { submitCommand } from './submit-command.ts';
