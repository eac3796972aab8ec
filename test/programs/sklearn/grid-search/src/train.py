"""A search over a grid, which prints a line for each fit, and the table of results as other output."""
import argparse
import json
import os

import joblib
import numpy as np
from sklearn.datasets import load_iris
from sklearn.model_selection import GridSearchCV
from sklearn.svm import SVC

import truth

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--folds", type=int)
    parser.add_argument("--c-values", type=json.loads)
    args = parser.parse_args()

    search = GridSearchCV(SVC(), {"C": args.c_values}, cv=args.folds, verbose=3)
    search.fit(*load_iris(return_X_y=True))
    for candidate in range(len(args.c_values)):
        for fold in range(args.folds):
            score = search.cv_results_[f"split{fold}_test_score"][candidate]
            truth.metric("fold_score", f"{score:.3f}")
    print(f"best score: {search.best_score_:.4f} (C={search.best_params_['C']})")
    truth.metric("best_score", f"{search.best_score_:.4f}")

    joblib.dump(search.best_estimator_, os.path.join(os.environ["SM_MODEL_DIR"], "model.joblib"))
    table = {name: np.asarray(values).tolist() for name, values in search.cv_results_.items()}
    with open(os.path.join(os.environ["SM_OUTPUT_DATA_DIR"], "results.json"), "w") as file:
        json.dump(table, file)
    truth.folder("model", os.environ["SM_MODEL_DIR"])
    truth.folder("output", os.environ["SM_OUTPUT_DATA_DIR"])
