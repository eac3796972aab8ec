import { irisTable } from './iris-table.ts';
import type { Template } from './template.ts';

const TRAIN = `"""Learns the species of irises by a random forest."""
import argparse
import csv
import os

import joblib
from sklearn.ensemble import RandomForestClassifier

parser = argparse.ArgumentParser()
parser.add_argument("--trees", type=int, default=50)
parser.add_argument("--training", default=os.environ.get("SM_CHANNEL_TRAINING", "../data"))
parser.add_argument("--model-dir", default=os.environ.get("SM_MODEL_DIR", "."))
args, _ = parser.parse_known_args()

with open(os.path.join(args.training, "iris.csv"), newline="") as file:
    rows = list(csv.reader(file))[1:]
features = [[float(value) for value in row[:-1]] for row in rows]
species = [row[-1] for row in rows]


def every_fifth(values, is_test):
    return [value for index, value in enumerate(values) if (index % 5 == 4) == is_test]


model = RandomForestClassifier(n_estimators=args.trees, random_state=1)
model.fit(every_fifth(features, False), every_fifth(species, False))
accuracy = model.score(every_fifth(features, True), every_fifth(species, True))
print(f"accuracy={accuracy:.4f}")
joblib.dump(model, os.path.join(args.model_dir, "model.joblib"))
`;

/** Irises by scikit-learn. */
export const SKLEARN: Template = {
  about: 'a random forest of scikit-learn',
  language: 'python',
  program: 'src/train.py',
  files: { 'src/train.py': TRAIN, 'data/iris.csv': irisTable() },
  dockerfile: `FROM optml:sklearn
COPY src/ /opt/ml/code/
ENV SAGEMAKER_PROGRAM=train.py
`,
  packages: 'scikit-learn',
  image: '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.4-2-cpu-py3',
  hyperparameters: { sagemaker_program: 'train.py', sagemaker_submit_directory: './src', trees: '50' },
  metrics: [{ Name: 'accuracy', Regex: 'accuracy=([0-9.]+)' }],
  leastAccuracy: 0.85,
};
