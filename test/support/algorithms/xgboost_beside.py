"""Plain XGBoost beside a job: xgboost_beside.py split FOLDER CASE SEED ROWS | train FOLDER PARAMETERS | score FOLDER MODEL CASE.

`split` writes the channel `train` and the test rows as CSV, the label first; `train` trains on the channel and saves the model;
`score` prints the accuracy, or for numbers the mean squared error, of a model on the test rows.
"""

import json
import pathlib
import sys

import numpy as np


def split(folder, case, seed, rows):
    from reference import DATA, california_like
    from sklearn.model_selection import train_test_split

    x, y = california_like(int(rows)) if case == "california" else DATA[case]()
    train, test = train_test_split(np.column_stack([y, x]), test_size=0.3, random_state=int(seed))
    channel = pathlib.Path(folder, "input/data/train")
    channel.mkdir(parents=True)
    np.savetxt(channel / "part.csv", train, fmt="%.7g", delimiter=",")
    np.savetxt(pathlib.Path(folder, "test.csv"), test, fmt="%.7g", delimiter=",")


def read(file):
    values = np.loadtxt(file, delimiter=",", dtype=np.float32)
    return values[:, 1:], values[:, 0]


def train(folder, parameters):
    import xgboost

    x, y = read(pathlib.Path(folder, "input/data/train/part.csv"))
    given = json.loads(parameters)
    rounds = int(given.pop("num_round"))
    xgboost.train(given, xgboost.DMatrix(x, label=y), rounds).save_model(pathlib.Path(folder, "plain-model.ubj"))


def score(folder, model, case):
    import xgboost

    x, y = read(pathlib.Path(folder, "test.csv"))
    booster = xgboost.Booster(model_file=bytearray(pathlib.Path(model).read_bytes()))
    found = booster.predict(xgboost.DMatrix(x))
    if case == "california":
        print(float(np.mean((found - y) ** 2)))
    else:
        print(float(np.mean((found if case == "digits" else found > 0.5) == y)))


command, *arguments = sys.argv[1:]
{"split": split, "train": train, "score": score}[command](*arguments)
