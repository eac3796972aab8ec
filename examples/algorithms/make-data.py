# Writes the data of the examples: rows of data sets that scikit-learn ships, in a fixed random order.
# pip install scikit-learn, then: python make-data.py
import pathlib

import numpy as np
from sklearn.datasets import load_breast_cancer, load_diabetes, load_wine

HERE = pathlib.Path(__file__).parent


def write(example, rows, **channels):
    rows = rows[np.random.default_rng(0).permutation(len(rows))]
    start = 0
    for channel, count in channels.items():
        folder = HERE / example / channel
        folder.mkdir(parents=True, exist_ok=True)
        np.savetxt(folder / "rows.csv", rows[start : start + count], delimiter=",", fmt="%.7g")
        start += count


wine = load_wine().data
# Without a label. Each measurement counts the same.
write("kmeans", (wine - wine.mean(0)) / wine.std(0), train=140, test=38)

diabetes = load_diabetes(scaled=False)
write("linear-learner", np.c_[diabetes.target, diabetes.data], train=300, validation=70, test=72)

cancer = load_breast_cancer()
# The first ten features are means; the others are their errors and extremes.
write("xgboost", np.c_[cancer.target, cancer.data[:, :10]], train=450, validation=119)
