# One of our own algorithms in TypeScript: kmeans or linear-learner.
ARG OPTML=optml
FROM ${OPTML}
ARG ALGORITHM
RUN test -f "/usr/local/lib/node_modules/optml/dist/algorithms/${ALGORITHM:?pass --build-arg ALGORITHM=kmeans or linear-learner}/index.js"
ENV SAGEMAKER_TRAINING_MODULE=optml/algorithms/${ALGORITHM}:train
ARG OPTML
LABEL org.opencontainers.image.title="optml-${ALGORITHM}" \
  org.opencontainers.image.description="${ALGORITHM} for Amazon SageMaker training jobs" \
  org.opencontainers.image.base.name="${OPTML}"
