import { irisTable } from './iris-table.ts';
import type { Template } from './template.ts';

const TRAIN = `"""Learns the species of irises by a small network."""
import argparse
import csv
import os

import torch
from torch import nn

parser = argparse.ArgumentParser()
parser.add_argument("--epochs", type=int, default=100)
parser.add_argument("--learning-rate", type=float, default=0.05)
parser.add_argument("--training", default=os.environ.get("SM_CHANNEL_TRAINING", "../data"))
parser.add_argument("--model-dir", default=os.environ.get("SM_MODEL_DIR", "."))
args, _ = parser.parse_known_args()

with open(os.path.join(args.training, "iris.csv"), newline="") as file:
    rows = list(csv.reader(file))[1:]
names = sorted({row[-1] for row in rows})
features = torch.tensor([[float(value) for value in row[:-1]] for row in rows])
species = torch.tensor([names.index(row[-1]) for row in rows])
is_test = torch.arange(len(rows)) % 5 == 4
mean, deviation = features[~is_test].mean(0), features[~is_test].std(0)
features = (features - mean) / deviation

torch.manual_seed(1)
model = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, len(names)))
optimizer = torch.optim.Adam(model.parameters(), lr=args.learning_rate)
for epoch in range(1, args.epochs + 1):
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(model(features[~is_test]), species[~is_test])
    loss.backward()
    optimizer.step()
    if epoch % 10 == 0:
        print(f"epoch={epoch} loss={loss.item():.6f}")

accuracy = (model(features[is_test]).argmax(1) == species[is_test]).float().mean().item()
print(f"accuracy={accuracy:.4f}")
saved = {"model": model.state_dict(), "names": names, "mean": mean, "deviation": deviation}
torch.save(saved, os.path.join(args.model_dir, "model.pt"))
`;

/** Irises by PyTorch. */
export const PYTORCH: Template = {
  about: 'a small network of PyTorch',
  language: 'python',
  program: 'src/train.py',
  files: { 'src/train.py': TRAIN, 'data/iris.csv': irisTable() },
  dockerfile: `FROM optml:pytorch
COPY src/ /opt/ml/code/
ENV SAGEMAKER_PROGRAM=train.py
`,
  packages: 'torch',
  image: '763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-training:2.6.0-cpu-py312',
  hyperparameters: { sagemaker_program: 'train.py', sagemaker_submit_directory: './src', epochs: '100' },
  metrics: [
    { Name: 'loss', Regex: 'loss=([0-9.]+)' },
    { Name: 'accuracy', Regex: 'accuracy=([0-9.]+)' },
  ],
  leastAccuracy: 0.9,
};
