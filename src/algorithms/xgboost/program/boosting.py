"""One booster: rounds, their metrics, early stopping, checkpoints, the model."""

import os

import xgboost
from checkpoints import Checkpoints, save_whole
from hosts import any_host, is_first
from metrics import custom_metric

MODEL = "xgboost-model"


def boost(settings, train, validation, stop):
    """Trains and saves the model of a job."""
    if is_first():
        print(f"Train matrix has {train.num_row()} rows and {train.num_col()} columns", flush=True)
        if validation is not None:
            print(f"Validation matrix has {validation.num_row()} rows", flush=True)
    booster, _ = fit(settings, train, validation, stop, settings["checkpoints"])
    save_model(settings, booster, MODEL)


def save_model(settings, booster, name):
    """Saves a model, on the first host only. A job that was stopped before the first round has none."""
    if is_first() and booster.num_boosted_rounds() > 0:
        save_whole(booster, os.path.join(settings["modelDir"], name))


def fit(settings, train, validation, stop, folder):
    """Boosts up to the rounds of the settings, or until the job stops. Returns the booster and its last metrics."""
    checkpoints = Checkpoints(folder, is_first())
    model, start = checkpoints.newest()
    watched = [(train, "train")] + ([] if validation is None else [(validation, "validation")])
    booster = xgboost.Booster(settings["parameters"], [matrix for matrix, _ in watched], model_file=model)
    metric = custom_metric(settings["customMetrics"])
    patience = Patience(settings["earlyStopping"], booster, start)
    scores, rounds = {}, start
    for round_number in range(start, settings["rounds"]):
        if any_host(stop.is_asked):
            break
        booster.update(train, round_number)
        rounds = round_number + 1
        scores = _read_scores(booster.eval_set(watched, round_number, feval=metric, output_margin=False))
        _print_scores(f"[{round_number}]", scores)
        is_over = patience.is_over(scores, booster, round_number)
        checkpoints.save(booster, rounds, is_last=False)
        if is_over:
            break
    checkpoints.save(booster, rounds, is_last=True)
    return patience.best_of(booster, rounds), scores


class Patience:
    """Early stopping: ends training when a metric has not improved for some rounds, and keeps the best rounds.

    Its state is in attributes of the booster, so that checkpoints contain it.
    """

    def __init__(self, wanted, booster, start):
        self._wanted = wanted
        if wanted is not None and start == 0:
            booster.set_attr(best_iteration=None, best_score=None)

    def is_over(self, scores, booster, round_number):
        if self._wanted is None:
            return False
        name = self._name_in(scores)
        score, best = scores[name], booster.attr("best_score")
        sign = -1 if self._wanted["isMaximized"] else 1
        if best is None or sign * score < sign * float(best):
            booster.set_attr(best_score=repr(score), best_iteration=str(round_number))
        is_over = round_number - int(booster.attr("best_iteration") or round_number) >= self._wanted["rounds"]
        if is_over and is_first():
            best = booster.attr("best_iteration")
            print(f"Stopping. Best iteration: [{best}]\t{name}:{float(booster.attr('best_score')):.5f}", flush=True)
        return is_over

    def best_of(self, booster, rounds):
        """The rounds up to the best one. A linear model has no rounds that could be left out."""
        best = booster.attr("best_iteration")
        if self._wanted is None or best is None or self._wanted["isLinear"] or int(best) + 1 >= rounds:
            return booster
        return booster[: int(best) + 1]

    def _name_in(self, scores):
        # Without a metric of the job: the last one, as XGBoost does.
        wanted = self._wanted["metric"]
        return next(reversed(scores)) if wanted is None else f"validation-{wanted}"


def _read_scores(text):
    # "[3]\ttrain-rmse:0.12\tvalidation-rmse:0.34"
    return {name: float(value) for name, value in (part.rsplit(":", 1) for part in text.split("\t")[1:])}


def _print_scores(label, scores):
    if is_first():
        print("\t".join([label, *(f"{name}:{score:.5f}" for name, score in scores.items())]), flush=True)
