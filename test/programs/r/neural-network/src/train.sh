#!/bin/sh
# The arguments become options of the R program.
exec Rscript --vanilla train.R "$@"
