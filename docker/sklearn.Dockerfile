# scikit-learn with pandas and joblib, for scripts of the user. Needs Python: --build-arg OPTML=optml:python
ARG OPTML=optml
# What optml:python was built from: packages are for its version of Python.
ARG BASE=node:24-bookworm-slim
ARG PYTHON=3.11
ARG SCIKIT_LEARN=1.9.1
ARG PANDAS=3.1.1
ARG JOBLIB=1.6.0
ARG NUMPY=2.4.6
ARG SCIPY=1.17.1
# An image that contains wheels, in place of a package index: --build-arg WHEELS=IMAGE --build-arg PIP_NO_INDEX=1
ARG WHEELS=scratch
FROM ${WHEELS} AS wheels

# Apart from optml, so that another build of optml does not install them again.
FROM ${BASE} AS packages
COPY docker/install-packages.sh docker/packages.txt /usr/local/share/optml/
RUN /usr/local/share/optml/install-packages.sh python
COPY docker/install-python-packages.sh docker/python-packages.txt /usr/local/share/optml/
# Another package index: --build-arg PIP_INDEX_URL=https://...
ARG PIP_INDEX_URL
ARG PIP_NO_INDEX
ARG SCIKIT_LEARN
ARG PANDAS
ARG JOBLIB
ARG NUMPY
ARG SCIPY
RUN --mount=type=bind,from=wheels,target=/wheels \
  /usr/local/share/optml/install-python-packages.sh "scikit-learn==${SCIKIT_LEARN}" "pandas==${PANDAS}" \
  "joblib==${JOBLIB}" "numpy==${NUMPY}" "scipy==${SCIPY}"

FROM ${OPTML}
COPY --from=packages /packages/ /
ARG PYTHON
RUN "python${PYTHON}" -m pip check
ARG OPTML
ARG SCIKIT_LEARN
ARG PANDAS
ARG JOBLIB
ARG NUMPY
ARG SCIPY
LABEL org.opencontainers.image.title="optml-sklearn" \
  org.opencontainers.image.description="scikit-learn for Amazon SageMaker training jobs" \
  org.opencontainers.image.base.name="${OPTML}" \
  ai.optml.versions="Python ${PYTHON}, scikit-learn ${SCIKIT_LEARN}, pandas ${PANDAS}, joblib ${JOBLIB}, NumPy ${NUMPY}, SciPy ${SCIPY}"
