"""A linear classifier that prints its own progress; a copy of standard output shows what it printed."""
import argparse
import io
import os
import pickle
import sys
import warnings

from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import SGDClassifier

import truth


class Copied(io.TextIOBase):
    """Writes to a stream, and keeps a copy."""

    def __init__(self, stream):
        self.stream = stream
        self.copy = io.StringIO()

    def write(self, text):
        self.copy.write(text)
        return self.stream.write(text)


if __name__ == "__main__":
    warnings.simplefilter("ignore", ConvergenceWarning)
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int)
    args = parser.parse_args()

    features, labels = load_digits(n_class=2, return_X_y=True)
    model = SGDClassifier(max_iter=args.epochs, tol=None, random_state=2, verbose=1)
    sys.stdout = Copied(sys.stdout)
    model.fit(features, labels)
    printed, sys.stdout = sys.stdout.copy.getvalue(), sys.stdout.stream
    for line in printed.splitlines():
        if line.startswith("Norm: "):
            fields = dict(field.split(": ") for field in line.split(", "))
            truth.metric("norm", fields["Norm"])
            truth.metric("avg_loss", fields["Avg. loss"])
    accuracy = model.score(features, labels)
    print("accuracy", accuracy)
    truth.metric("accuracy", accuracy)
    with open(os.path.join(os.environ["SM_MODEL_DIR"], "model.pkl"), "wb") as file:
        pickle.dump(model, file)
    truth.folder("model", os.environ["SM_MODEL_DIR"])
