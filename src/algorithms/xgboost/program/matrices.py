"""Matrices that optml has read from the channels, as plain binary files."""

import numpy as np
import xgboost
from scipy.sparse import csr_matrix


def load_matrix(matrix):
    """The DMatrix of {"rows", "columns", "kind", "files"}; None without one."""
    if matrix is None:
        return None
    files, rows, columns = matrix["files"], matrix["rows"], matrix["columns"]
    values = _numbers(files["values"], "<f4")
    if matrix["kind"] == "sparse":
        indices = _numbers(files["indices"], "<u4").astype(np.int64)
        starts = _numbers(files["starts"], "<f8").astype(np.int64)
        data = csr_matrix((values, indices, starts), shape=(rows, columns))
    else:
        data = values.reshape(rows, columns)
    optional = {name: _numbers(files[file], "<f8") for name, file in _OPTIONAL if files[file] is not None}
    return xgboost.DMatrix(data, label=_numbers(files["labels"], "<f8"), **optional)


_OPTIONAL = (("weight", "weights"), ("qid", "groups"))


def _numbers(file, kind):
    # XGBoost copies them, so that the pages of the file can go from memory.
    try:
        return np.memmap(file, dtype=kind, mode="r")
    except ValueError:
        # No bytes can be mapped of an empty file.
        return np.empty(0, dtype=kind)
