# Writes Parquet files to a folder: tables of several types, compressions and sizes of row groups.
import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

folder = sys.argv[1]
numbers = np.arange(5000)
table = pa.table(
    {
        "label": pa.array(numbers % 2, pa.int64()),
        "float": pa.array(numbers / 4, pa.float32()),
        "double": pa.array(numbers * -0.5, pa.float64()),
        "int": pa.array(numbers - 2500, pa.int32()),
        "small": pa.array(numbers % 100, pa.uint8()),
        "flag": pa.array(numbers % 3 == 0, pa.bool_()),
    }
)
for compression in ["none", "snappy", "gzip", "brotli", "zstd", "lz4"]:
    pq.write_table(table, f"{folder}/{compression}.parquet", compression=compression, row_group_size=1800)
pq.write_table(table, f"{folder}/plain.parquet", use_dictionary=False, data_page_version="2.0")
pq.write_table(pa.table({"y": [1, 2], "x": [0.5, None]}), f"{folder}/null.parquet")
pq.write_table(pa.table({"y": [1, None], "x": [0.5, 1.5]}), f"{folder}/no-label.parquet")
pq.write_table(pa.table({"y": [1.0, 2.0], "x": [0.5, float("inf")]}), f"{folder}/infinite.parquet")
pq.write_table(pa.table({"y": [1, 2], "x": ["a", "b"]}), f"{folder}/text.parquet")
pq.write_table(pa.table({"y": [1, 2], "x": [[1.0], [2.0]]}), f"{folder}/list.parquet")
pq.write_table(pa.table({"y": [1, 2], "x": np.array(["2020-01-01", "2021-01-01"], "datetime64[s]")}), f"{folder}/date.parquet")
pq.write_table(pa.table({"y": [1]}), f"{folder}/labels-only.parquet")
pq.write_table(table.slice(0, 0), f"{folder}/empty.parquet")
pq.write_table(pa.table({f"c{column}": [float(column)] for column in range(20000)}), f"{folder}/wide.parquet")
