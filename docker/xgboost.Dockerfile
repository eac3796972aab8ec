# Our own XGBoost: the hyperparameters, channels and metrics of AWS's, trained by the library for CPUs. Needs Python:
# --build-arg OPTML=optml:python
ARG OPTML=optml
# An image that contains wheels, in place of a package index: --build-arg WHEELS=IMAGE --build-arg PIP_NO_INDEX=1
ARG WHEELS=scratch
FROM ${WHEELS} AS wheels
FROM ${OPTML}
# Another package index: --build-arg PIP_INDEX_URL=https://...
ARG PIP_INDEX_URL
ARG PIP_NO_INDEX
COPY docker/xgboost.txt /usr/local/share/optml/
RUN --mount=type=bind,from=wheels,target=/wheels \
  pip install --no-compile --find-links /wheels -r /usr/local/share/optml/xgboost.txt
ENV SAGEMAKER_TRAINING_MODULE=optml/algorithms/xgboost:train
ARG OPTML
LABEL org.opencontainers.image.title="optml-xgboost" \
  org.opencontainers.image.description="XGBoost for Amazon SageMaker training jobs" \
  org.opencontainers.image.base.name="${OPTML}"
