"""Which errors are mistakes of the user: in labels, weights and hyperparameters that only XGBoost itself can judge."""

import re

# EX_DATAERR of sysexits.h.
MISTAKE = 65

# What XGBoost's own checks say (src/objective, src/metric, src/gbm, src/data of its sources).
_SAID = (
    "label must be in",
    "label must be discrete",
    "labels must be",
    "label must be",
    "base_score must be",
    "dataset only contains pos or neg samples",
    "label set cannot be empty",
    "Invalid Input",
    "Invalid Parameter",
    "Unknown",
    "should be greater equal to",
    "Weights must be positive",
    "value 0 for Parameter",
    "expected to be",
    "can not be used to modify existing trees",
    "feature_names mismatch",
    "Number of columns does not match",
    "monotone",
    "relevance",
    "qid",
    "group",
)


# Checks of objectives and metrics are about labels, weights and parameters: "Check failed: info.labels_lower_bound_.Size() == ..."
_OF_DATA = re.compile(r"\[[\d:]+\] \S*/src/(objective|metric)/\S+: Check failed: ")


class Mistake(Exception):
    """A mistake of the user, as the failure reason names it."""


def mistake_of(error):
    """What is wrong, without the stack of XGBoost; None for an error of another kind."""
    if isinstance(error, Mistake):
        return str(error)
    text = str(error).split("\nStack trace:")[0].strip()
    if not any(said in text for said in _SAID) and not _OF_DATA.match(text):
        return None
    # "[12:00:00] /workspace/src/file.cu:114: Check failed: is_valid: base_score must be ..."
    text = re.sub(r"^\[[\d:]+\] \S+:\d+: ", "", text)
    text = re.sub(r"^Check failed: [^:]*: (?=.)", "", text)
    return f"XGBoost does not accept the data or the hyperparameters: {text}"
