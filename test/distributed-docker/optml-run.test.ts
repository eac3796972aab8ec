// MPI under `optml run`, whose hosts are containers of the `mpi` image.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ENGINE } from '../container/support/engine.ts';
import { IMAGES } from '../container/support/images.ts';
import { makeWorkplace } from '../support/run-job-command.ts';

test('optml run --instances 2 runs MPI between two containers', async (t) => {
  const location = makeWorkplace(t, '');
  location.write('code/go.sh', '#!/bin/sh\necho "rank $OMPI_COMM_WORLD_RANK on $SM_CURRENT_HOST"\n');
  location.writeJob({
    TrainingJobName: 'job',
    AlgorithmSpecification: { TrainingImage: IMAGES.mpi, TrainingInputMode: 'File' },
    HyperParameters: {
      sagemaker_program: 'go.sh',
      sagemaker_submit_directory: './code',
      sagemaker_mpi_enabled: 'true',
      sagemaker_mpi_num_of_processes_per_host: '2',
    },
    OutputDataConfig: { S3OutputPath: './out' },
    ResourceConfig: { InstanceType: 'local', InstanceCount: 2 },
    StoppingCondition: { MaxRuntimeInSeconds: 120 },
  });
  const { code, stdout, stderr } = await location.optml(['run', 'job.json', '--engine', ENGINE], process.env);
  assert.equal(code, 0, stderr);
  const lines = stdout
    .split('\n')
    .filter((line) => line.includes('>:rank '))
    .sort();
  assert.deepEqual(
    lines,
    [0, 1, 2, 3].map(
      (rank) =>
        `algo-1 | [1,mpirank:${rank},algo-${rank < 2 ? 1 : 2}]<stdout>:rank ${rank} on algo-${rank < 2 ? 1 : 2}`,
    ),
  );
});
