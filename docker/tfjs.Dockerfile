# TensorFlow.js with its WebAssembly backend, for programs of the user in TypeScript and JavaScript.
ARG OPTML=optml
ARG BASE=node:24-bookworm-slim
# As in docker/tfjs/package.json.
ARG TFJS=4.22.0

# Apart from optml, so that another build of optml does not install them again.
FROM ${BASE} AS packages
WORKDIR /packages
COPY docker/tfjs/ ./
# Another registry: --build-arg NPM_REGISTRY=https://...
ARG NPM_REGISTRY
RUN npm ci --ignore-scripts --no-audit --no-fund ${NPM_REGISTRY:+--registry "$NPM_REGISTRY"} && sh prune.sh
ARG TFJS
RUN node check.cjs "${TFJS}"

# Beside optml itself: programs in /opt/ml/code find both, and no mount of /opt/ml hides them.
FROM ${OPTML}
COPY --from=packages /packages/node_modules/ /opt/node_modules/
ARG OPTML
ARG TFJS
LABEL org.opencontainers.image.title="optml-tfjs" \
  org.opencontainers.image.description="TensorFlow.js for Amazon SageMaker training jobs" \
  org.opencontainers.image.base.name="${OPTML}" \
  ai.optml.versions="TensorFlow.js ${TFJS}"
