"""Writes a split of a data set as channels, and trains scikit-learn on it: reference.py FOLDER CASE SEED.

Prints one JSON line for each reference: its score on the test rows, the seconds of its training, and the memory of the
process.
"""

import json
import pathlib
import resource
import sys
import time

import numpy as np
from sklearn.cluster import KMeans, MiniBatchKMeans
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits
from sklearn.linear_model import LogisticRegression, Ridge, SGDClassifier, SGDRegressor
from sklearn.metrics import accuracy_score, mean_squared_error
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

WD = 0.001


def california_like(rows=20_000):
    """Blocks of houses: skewed features of different units, some related, and a price that is not quite linear in them."""
    random = np.random.default_rng(7)
    income = random.lognormal(1.2, 0.45, rows)
    age = random.uniform(1, 52, rows).round()
    rooms = random.lognormal(1.65, 0.25, rows)
    bedrooms = rooms * random.normal(0.2, 0.02, rows)
    population = random.lognormal(7.0, 0.7, rows).round()
    occupancy = random.lognormal(1.05, 0.25, rows)
    latitude = np.where(random.random(rows) < 0.5, random.normal(34, 0.7, rows), random.normal(37.8, 0.9, rows))
    longitude = -119.6 - 0.9 * (latitude - 35.6) + random.normal(0, 0.5, rows)
    noise = random.normal(0, 0.5, rows)
    price = 0.42 * income + 0.01 * age - 0.1 * rooms + 0.7 * bedrooms - 0.15 * occupancy - 0.02 * income**2 / 5 + noise
    features = np.column_stack([income, age, rooms, bedrooms, population, occupancy, latitude, longitude])
    return features, price + 1.0


DATA = {
    "breast-cancer": lambda: load_breast_cancer(return_X_y=True),
    "digits": lambda: load_digits(return_X_y=True),
    "diabetes": lambda: load_diabetes(return_X_y=True),
    "california": california_like,
    "california-classes": lambda: (lambda x, y: (x, (y > np.median(y)).astype(float)))(*california_like()),
}


def clusters(k):
    def score(model, features, _):
        return float(np.mean(np.min(model.transform(features), axis=1) ** 2))

    return {
        "KMeans": (lambda seed, rows: KMeans(k, n_init=10, random_state=seed), score),
        "MiniBatchKMeans": (
            lambda seed, rows: MiniBatchKMeans(k, batch_size=500, n_init=10, max_iter=10, random_state=seed),
            score,
        ),
    }


def classes():
    def score(model, features, labels):
        return float(accuracy_score(labels, model.predict(features)))

    return {
        "LogisticRegression": (lambda seed, rows: LogisticRegression(C=1 / (rows * WD), max_iter=1000), score),
        "SGDClassifier": (
            lambda seed, rows: SGDClassifier(loss="log_loss", alpha=WD, max_iter=40, tol=None, random_state=seed),
            score,
        ),
    }


def numbers():
    def score(model, features, labels):
        return float(mean_squared_error(labels, model.predict(features)))

    return {
        "Ridge": (lambda seed, rows: Ridge(alpha=rows * WD), score),
        "SGDRegressor": (lambda seed, rows: SGDRegressor(alpha=WD, max_iter=40, tol=None, random_state=seed), score),
    }


CASES = {
    "kmeans/digits": ("digits", clusters(10)),
    "kmeans/breast-cancer": ("breast-cancer", clusters(4)),
    "kmeans/california": ("california", clusters(8)),
    "linear-learner/breast-cancer": ("breast-cancer", classes()),
    "linear-learner/digits": ("digits", classes()),
    "linear-learner/california-classes": ("california-classes", classes()),
    "linear-learner/diabetes": ("diabetes", numbers()),
    "linear-learner/california": ("california", numbers()),
}


def main(folder, case, seed):
    data, references = CASES[case]
    features, labels = DATA[data]()
    split = train_test_split(features, labels, test_size=0.25, random_state=seed)
    train, test, train_labels, test_labels = split
    is_clustering = case.startswith("kmeans/")
    for channel, rows, row_labels in (("train", train, train_labels), ("test", test, test_labels)):
        path = pathlib.Path(folder, "input", "data", channel)
        path.mkdir(parents=True, exist_ok=True)
        table = rows if is_clustering else np.column_stack([row_labels, rows])
        np.savetxt(path / "rows.csv", table, delimiter=",", fmt="%.9g")
    if is_clustering:
        # Both see the numbers that the file has.
        scale = None
    else:
        scale = StandardScaler().fit(train)
        train, test = scale.transform(train), scale.transform(test)
    for name, (make, score) in references.items():
        model = make(seed, len(train))
        # The label as the linear learner scales it: the loss and its regularization then have the same proportion.
        deviation = train_labels.std() if name == "SGDRegressor" else 1.0
        mean = train_labels.mean() if name == "SGDRegressor" else 0.0
        started = time.perf_counter()
        model.fit(train, (train_labels - mean) / deviation)
        seconds = time.perf_counter() - started
        value = score(model, test, (test_labels - mean) / deviation) * deviation**2
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        print(json.dumps({"name": name, "score": value, "seconds": seconds, "memory": memory}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
