"""Metrics that AWS adds to XGBoost's own, by their names there. Each is what scikit-learn computes."""

import numpy as np
from hosts import mean_of_hosts


def custom_metric(names):
    """XGBoost's function for these metrics; None without any."""
    if not names:
        return None

    def evaluate(predictions, matrix):
        labels = matrix.get_label()
        return [(name, mean_of_hosts(_METRICS[name](labels, predictions), len(labels))) for name in names]

    return evaluate


def classes_of(predictions):
    """The classes of probabilities, of one column for each class or of the class 1, or of the classes themselves."""
    if predictions.ndim > 1:
        return predictions.argmax(axis=1)
    # Rounds halves to even, as Python does.
    return np.rint(predictions).astype(np.int64)


def _counts(labels, predictions):
    truth, found = labels.astype(np.int64), classes_of(predictions)
    classes = np.union1d(truth, found)
    true = np.array([np.sum((truth == one) & (found == one)) for one in classes], dtype=np.float64)
    of_truth = np.array([np.sum(truth == one) for one in classes], dtype=np.float64)
    of_found = np.array([np.sum(found == one) for one in classes], dtype=np.float64)
    return classes, true, of_truth, of_found


def _ratio(part, whole):
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


def _accuracy(labels, predictions):
    return float(np.mean(labels.astype(np.int64) == classes_of(predictions)))


def _balanced_accuracy(labels, predictions):
    _, true, of_truth, _ = _counts(labels, predictions)
    return float(np.mean(true[of_truth > 0] / of_truth[of_truth > 0]))


def _scores(labels, predictions):
    """Precision, recall and F1 of each class."""
    classes, true, of_truth, of_found = _counts(labels, predictions)
    return classes, _ratio(true, of_found), _ratio(true, of_truth), _ratio(2 * true, of_truth + of_found)


def _of_class_1(which):
    def metric(labels, predictions):
        classes, *scores = _scores(labels, predictions)
        found = scores[which][classes == 1]
        return float(found[0]) if found.size else 0.0

    return metric


def _mean_of_classes(which):
    return lambda labels, predictions: float(np.mean(_scores(labels, predictions)[1 + which]))


def _mse(labels, predictions):
    return float(np.mean((labels - predictions) ** 2))


def _r2(labels, predictions):
    total = np.sum((labels - labels.mean()) ** 2)
    return float(1 - np.sum((labels - predictions) ** 2) / total) if total > 0 else 0.0


_METRICS = {
    "accuracy": _accuracy,
    "balanced_accuracy": _balanced_accuracy,
    "f1": _mean_of_classes(2),
    "f1_binary": _of_class_1(2),
    "f1_macro": _mean_of_classes(2),
    "mse": _mse,
    "precision": _of_class_1(0),
    "precision_macro": _mean_of_classes(0),
    # Of all classes together, both are the accuracy.
    "precision_micro": _accuracy,
    "r2": _r2,
    "recall": _of_class_1(1),
    "recall_macro": _mean_of_classes(1),
    "recall_micro": _accuracy,
}
