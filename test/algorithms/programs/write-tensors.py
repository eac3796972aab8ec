# Writes matrices as the SageMaker SDK does, and reads records with it. Standard input: a list of matrices as JSON. Standard
# output: one line of JSON for each.
import base64
import io
import json
import sys

import numpy as np
from scipy.sparse import csr_matrix

from sagemaker.amazon.common import read_records, write_numpy_to_dense_tensor, write_spmatrix_to_sparse_tensor

TYPES = {"float32": np.float32, "float64": np.float64, "int32": np.int64}

for matrix in json.load(sys.stdin):
    numbers = TYPES[matrix["type"]]
    shape = (matrix["rows"], matrix["columns"])
    values = np.array(matrix["values"], dtype=numbers)
    labels = matrix["labels"]
    labels = None if labels is None else np.array(labels, dtype=numbers)
    written = io.BytesIO()
    if "indices" in matrix:
        sparse = csr_matrix((values, matrix["indices"], matrix["starts"]), shape=shape)
        write_spmatrix_to_sparse_tensor(written, sparse, labels)
    else:
        write_numpy_to_dense_tensor(written, values.reshape(shape), labels)
    read = []
    for record in read_records(io.BytesIO(base64.b64decode(matrix["records"]))):
        tensor = getattr(record.features["values"], matrix["type"] + "_tensor")
        read.append({"values": list(tensor.values), "keys": list(tensor.keys), "shape": list(tensor.shape)})
    print(json.dumps({"written": base64.b64encode(written.getvalue()).decode(), "read": read}))
