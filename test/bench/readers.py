# Reads the files of test/bench/readers.mjs with the usual libraries of Python. Prints the seconds of each as JSON.
#
#   python readers.py FOLDER ROUNDS
import json
import sys
import time

import numpy as np
import pandas as pd
from sklearn.datasets import load_svmlight_file

from sagemaker.amazon.common import read_records


def pandas_csv():
    return pd.read_csv(f"{folder}/rows.csv", header=None, dtype=np.float32).to_numpy().sum()


def numpy_csv():
    return np.loadtxt(f"{folder}/rows.csv", delimiter=",", dtype=np.float32).sum()


def svmlight():
    return load_svmlight_file(f"{folder}/rows.libsvm", dtype=np.float32, zero_based=True)[0].sum()


def sdk_records(name):
    with open(f"{folder}/{name}.rec", "rb") as file:
        rows = [np.array(record.features["values"].float32_tensor.values, np.float32) for record in read_records(file)]
    return np.concatenate(rows).sum()


def parquet():
    return pd.read_parquet(f"{folder}/rows.parquet").to_numpy(np.float32).sum()


folder, rounds = sys.argv[1], int(sys.argv[2])
if len(sys.argv) > 3:
    frame = pd.read_csv(f"{folder}/rows.csv", header=None, dtype=np.float32)
    frame.columns = [f"c{index}" for index in range(frame.shape[1])]
    frame.to_parquet(f"{folder}/rows.parquet", row_group_size=50_000)
    sys.exit()

readers = {
    "pandas.read_csv": pandas_csv,
    "numpy.loadtxt": numpy_csv,
    "sklearn.load_svmlight_file": svmlight,
    "sagemaker read_records, dense": lambda: sdk_records("dense"),
    "sagemaker read_records, sparse": lambda: sdk_records("sparse"),
    "pandas.read_parquet": parquet,
}
seconds = {}
for name, read in readers.items():
    best = []
    for _ in range(rounds):
        start = time.perf_counter()
        read()
        best.append(time.perf_counter() - start)
    seconds[name] = sorted(best)[len(best) // 2]
print(json.dumps(seconds))
