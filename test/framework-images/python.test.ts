// The images of scikit-learn and PyTorch train on real data, without network. As built: `npm run build` first.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { engineOk, shellIn } from '../container/support/engine.ts';
import { packagesImage } from '../container/support/images.ts';
import { checkEntryScript } from '../programs/model-trainer-jobs.ts';
import { readDataSet, runInImage } from './support/image-job.ts';

const REGRESSION = `
import os
import joblib
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

train, test = (pd.read_csv(os.path.join(os.environ["SM_CHANNEL_" + name], "rows.csv"), header=None) for name in ("TRAIN", "TEST"))
model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
model.fit(train.iloc[:, 1:], train[0])
print(f"accuracy={model.score(test.iloc[:, 1:], test[0]):.4f}")
joblib.dump(model, os.path.join(os.environ["SM_MODEL_DIR"], "model.joblib"))
`;

const NETWORK = `
import os
import numpy as np
import torch
import torch.distributed as dist
from torch import nn

dist.init_process_group("gloo")
def read(name):
    rows = np.loadtxt(os.path.join(os.environ["SM_CHANNEL_" + name], "rows.csv"), delimiter=",", dtype=np.float32)
    return torch.tensor(rows[:, 1:] / 16), torch.tensor(rows[:, 0], dtype=torch.long)

torch.manual_seed(1)
(x, y), (test_x, test_y) = read("TRAIN"), read("TEST")
x, y = x[dist.get_rank()::dist.get_world_size()], y[dist.get_rank()::dist.get_world_size()]
model = nn.parallel.DistributedDataParallel(nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10)))
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for epoch in range(100):
    optimizer.zero_grad()
    nn.functional.cross_entropy(model(x), y).backward()
    optimizer.step()
if dist.get_rank() == 0:
    accuracy = (model(test_x).argmax(1) == test_y).float().mean().item()
    print(f"ranks={dist.get_world_size()} accuracy={accuracy:.4f}")
    torch.save(model.module.state_dict(), os.path.join(os.environ["SM_MODEL_DIR"], "model.pt"))
dist.destroy_process_group()
`;

const ACCURACY = 'accuracy=([0-9.]+)';

test('scikit-learn and pandas reach 0.96 on breast cancer, and the saved model can be loaded', async (t) => {
  const data = await readDataSet(t, 'breast_cancer');
  const job = { image: 'sklearn', data, source: { 'train.py': REGRESSION }, score: ACCURACY } as const;
  const { end, score, outputDir } = await runInImage(t, job);
  assert.equal(end.code, 0, end.stderr + end.stdout);
  assert.ok(score >= 0.96, `accuracy ${score}`);
  const load = `cd /tmp; tar -xzf /output/model.tar.gz; python -c 'import joblib; print(joblib.load("model.joblib").n_features_in_)'`;
  const loaded = await shellIn(t, packagesImage('sklearn'), load, ['-v', `${outputDir}:/output:ro`]);
  assert.equal(loaded.stdout, '30\n', loaded.stderr);
});

test('PyTorch reaches 0.93 on digits, by ranks of torchrun on two hosts', async (t) => {
  const data = await readDataSet(t, 'digits');
  const hyperparameters = { sagemaker_torch_distributed_enabled: 'true', sagemaker_instance_type: 'ml.m5.xlarge' };
  const source = { 'train.py': NETWORK };
  const { end, score } = await runInImage(t, {
    image: 'pytorch',
    data,
    hyperparameters,
    source,
    score: ACCURACY,
    hosts: 2,
  });
  assert.equal(end.code, 0, end.stderr + end.stdout);
  assert.match(end.stdout, /ranks=2 accuracy=/);
  assert.ok(score >= 0.93, `accuracy ${score}`);
});

describe('the images with Python packages', { concurrency: 1 }, () => {
  for (const image of ['sklearn', 'pytorch'] as const) {
    // In the gate, a job of the SDK itself runs in the image of PyTorch (sdk.test.ts).
    const skip = process.env['OPTML_TEST_LONG'] !== '1' && 'part of the long run';
    test(`jobs of ModelTrainer complete on optml:${image} (C27)`, { skip }, (t) =>
      checkEntryScript(t, { image: packagesImage(image) }),
    );
  }

  for (const [image, modules] of [
    ['sklearn', { 'scikit-learn': 'sklearn', pandas: 'pandas', joblib: 'joblib', NumPy: 'numpy', SciPy: 'scipy' }],
    ['pytorch', { PyTorch: 'torch', NumPy: 'numpy' }],
    ['xgboost', { XGBoost: 'xgboost', NumPy: 'numpy', SciPy: 'scipy' }],
  ] as const) {
    test(`the label of optml:${image} has the versions that are installed`, async (t) => {
      const label = '{{index .Config.Labels "ai.optml.versions"}}';
      const versions = (await engineOk(t, 'image', 'inspect', '-f', label, packagesImage(image))).split(', ');
      const program = [
        'import importlib, sys',
        'print("Python %d.%d" % sys.version_info[:2])',
        ...Object.entries(modules).map(
          ([name, module]) => `print("${name}", importlib.import_module("${module}").__version__)`,
        ),
      ].join('\n');
      const found = await engineOk(t, 'run', '--rm', packagesImage(image), 'python', '-c', program);
      assert.deepEqual(found.split('\n'), versions);
    });

    test(`optml:${image} contains no compiler, no cache and no wheel, and another user can use it`, async (t) => {
      const script = [
        'for name in gcc cc g++ make; do if command -v $name; then exit 1; fi; done',
        'find / -xdev \\( -name "*.whl" -o -path "*/pip/cache" -o -path "*/.cache" \\) -not -path "/usr/share/python-wheels/*" 2>/dev/null || true',
        `python -c "import ${Object.values(modules).join(', ')}"`,
      ].join('\n');
      const options = ['--user', '1234:1234', '--read-only', '--network', 'none', '--cap-drop', 'ALL'];
      const { code, stdout, stderr } = await shellIn(t, packagesImage(image), script, options);
      assert.deepEqual([code, stdout], [0, ''], stderr);
    });
  }
});
