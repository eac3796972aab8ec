"""Learns handwritten digits with a support vector machine of scikit-learn."""
import argparse
import os

import joblib
import numpy as np
import sklearn
from sklearn.svm import SVC

parser = argparse.ArgumentParser()
parser.add_argument("--gamma", type=float, default=0.001)
parser.add_argument("--training", default=os.environ.get("SM_CHANNEL_TRAINING", "../data"))
parser.add_argument("--model-dir", default=os.environ.get("SM_MODEL_DIR", "."))
args = parser.parse_args()

# A row: the 64 pixels of a digit, then the digit. Every fifth row tests the model.
table = np.loadtxt(os.path.join(args.training, "digits.csv.gz"), delimiter=",")
pixels, digits = table[:, :-1], table[:, -1]
is_test = np.arange(len(table)) % 5 == 4
model = SVC(gamma=args.gamma).fit(pixels[~is_test], digits[~is_test])
accuracy = model.score(pixels[is_test], digits[is_test])
print(f"scikit-learn {sklearn.__version__}: accuracy={accuracy:.4f}")
joblib.dump(model, os.path.join(args.model_dir, "model.joblib"))
