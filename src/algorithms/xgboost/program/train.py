"""Trains XGBoost with the matrices and settings that optml has checked: train.py SETTINGS.json

Ends with 0 also when it was stopped by SIGTERM: the model so far is saved. A mistake of the user goes to the file "problem" of
the settings, and the exit code is 65. Everything else ends with Python's own traceback.
"""

import json
import signal
import sys
import warnings

import xgboost
from boosting import boost
from cross_validation import cross_validate
from hosts import connected
from matrices import load_matrix
from mistakes import MISTAKE, Mistake, mistake_of


class Stop:
    """Whether the job is to stop."""

    def __init__(self):
        self.is_asked = False
        signal.signal(signal.SIGTERM, self._ask)

    def _ask(self, _signal, _frame):
        self.is_asked = True


def main(file):
    stop = Stop()
    with open(file, encoding="utf-8") as stream:
        settings = json.load(stream)
    # One line each, without the line of code that Python adds.
    warnings.showwarning = lambda message, *_: print(f"warning: {str(message).strip()}", file=sys.stderr, flush=True)
    try:
        with connected(settings):
            train = load_matrix(settings["train"])
            validation = load_matrix(settings["validation"])
            run = boost if settings["folds"] is None else cross_validate
            run(settings, train, validation, stop)
    except (xgboost.core.XGBoostError, Mistake) as error:
        text = mistake_of(error)
        if text is None:
            raise
        with open(settings["problem"], "w", encoding="utf-8") as stream:
            stream.write(text)
        return MISTAKE
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
