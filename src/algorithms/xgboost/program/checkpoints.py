"""Checkpoints: boosters in the folder that the platform keeps, named as AWS's container names them."""

import os
import re
import stat
import time

import xgboost

NAME = "xgboost-checkpoint"
KEPT = 5
# The whole model is written each time: not after each round.
SECONDS = 10
# A name that is no checkpoint, until the file is whole.
PART = ".sagemaker-ignore"


class Checkpoints:
    """The checkpoints of one booster."""

    def __init__(self, folder, is_writer):
        self._folder = folder
        self._is_writer = is_writer
        self._last = time.monotonic()

    def newest(self):
        """The newest checkpoint that can be read, and the number of its rounds; (None, 0) without one."""
        for number in sorted(self._numbers(), reverse=True):
            booster = xgboost.Booster()
            try:
                booster.load_model(bytearray(_read_regular(self._file(number))))
            except (xgboost.core.XGBoostError, OSError, ValueError):
                print(f"{self._file(number)} is no whole model: it is skipped", flush=True)
                continue
            print(f"Checkpoint loaded from {self._file(number)}", flush=True)
            print(f"Resuming from iteration {number + 1}", flush=True)
            return booster, number + 1
        return None, 0

    def save(self, booster, rounds, is_last):
        """Saves a checkpoint after so many rounds, if the last one is old or `is_last`."""
        if not self._is_writer or self._folder is None or rounds == 0:
            return
        if not is_last and time.monotonic() < self._last + SECONDS:
            return
        self._last = time.monotonic()
        os.makedirs(self._folder, exist_ok=True)
        save_whole(booster, self._file(rounds - 1))
        for number in sorted(self._numbers(), reverse=True)[KEPT:]:
            os.remove(self._file(number))

    def _file(self, number):
        return os.path.join(self._folder, f"{NAME}.{number}")

    def _numbers(self):
        if self._folder is None or not os.path.isdir(self._folder):
            return []
        names = (re.fullmatch(rf"{NAME}\.(\d{{1,9}})", name) for name in os.listdir(self._folder))
        return [int(name[1]) for name in names if name]


def save_whole(booster, file):
    """Saves a booster in XGBoost's binary JSON, under its name only when it is whole."""
    part = file + PART
    with open(part, "wb") as stream:
        stream.write(booster.save_raw(raw_format="ubj"))
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(part, file)


def _read_regular(file):
    # A named pipe would never end, a link could lead anywhere.
    with open(os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW), "rb") as stream:
        if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            raise OSError("no regular file")
        return stream.read()
