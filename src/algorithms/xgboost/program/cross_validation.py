"""Cross-validation: a model for each fold, and the predictions for all rows."""

import os

import numpy as np
from boosting import MODEL, fit, save_model
from metrics import classes_of
from mistakes import Mistake

PREDICTIONS = "predictions.csv"


def cross_validate(settings, train, _validation, stop):
    """Trains a model for each fold of all rows, as often as the settings say. Saves the models and the predictions."""
    labels, folds, repeats = train.get_label(), settings["folds"], settings["foldRounds"]
    if train.num_row() < folds:
        raise Mistake(f"_kfold is {folds}, but the job has only {train.num_row()} rows")
    print(f"Run {repeats}-round of {folds}-fold cross validation with {train.num_row()} rows", flush=True)
    random = np.random.default_rng(settings["parameters"].get("seed", 0) % 2**32)
    predictions, scores = [], []
    for repeat in range(repeats):
        found = None
        for fold, rows in enumerate(_folds_of(labels, folds, settings["isClassification"], random)):
            if stop.is_asked:
                return
            number = repeat * folds + fold
            print(f"Train cross validation fold {fold + 1}", flush=True)
            others = np.setdiff1d(np.arange(len(labels)), rows)
            inside, outside = train.slice(others), train.slice(rows)
            folder = settings["checkpoints"] and os.path.join(settings["checkpoints"], f"model-{number}")
            booster, last = fit(settings, inside, outside, stop, folder)
            save_model(settings, booster, f"{MODEL}-{number}")
            scores.append(last)
            predicted = booster.predict(outside)
            if found is None:
                found = np.empty((len(labels), *predicted.shape[1:]))
            found[rows] = predicted
        predictions.append(found)
        print(f"The metrics of round {repeat + 1} cross validation", flush=True)
        _print_means(settings["rounds"], scores[-folds:])
    _save_predictions(settings, labels, predictions)
    if repeats > 1:
        print(f"The overall metrics of {repeats}-round cross validation", flush=True)
        _print_means(settings["rounds"], scores)


def _folds_of(labels, folds, is_classification, random):
    """Rows of each fold, in random order; with classes, each fold gets the same part of each class."""
    order = random.permutation(len(labels))
    if is_classification:
        order = order[np.argsort(labels[order], kind="stable")]
    return [np.sort(order[fold::folds]) for fold in range(folds)]


def _print_means(rounds, scores):
    # A job that stops has folds without a round.
    names = [name for name in scores[0] if all(name in one for one in scores)]
    means = (f"{name}:{np.mean([one[name] for one in scores]):.5f}" for name in names)
    print("\t".join([f"[{rounds}]", *means]), flush=True)


def _save_predictions(settings, labels, predictions):
    """One line for each row: label, then the prediction; for classes the probability, then the class."""
    columns = [labels]
    if settings["isClassification"]:
        columns.append(np.mean([one.max(axis=1) if one.ndim > 1 else one for one in predictions], axis=0))
        columns.append(_most_frequent(np.stack([classes_of(one) for one in predictions])))
    else:
        columns.append(np.mean(predictions, axis=0))
    file = os.path.join(settings["outputDir"], PREDICTIONS)
    print(f"Storing predictions on validation set(s) in {file}", flush=True)
    np.savetxt(file, np.column_stack(columns), delimiter=",", fmt="%f")


def _most_frequent(classes):
    return np.apply_along_axis(lambda column: np.bincount(column).argmax(), 0, classes)
