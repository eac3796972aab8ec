# PyTorch for CPUs, for scripts of the user. Needs Python: --build-arg OPTML=optml:python. With CUDA (not tested):
# --build-arg TORCH=2.13.0 --build-arg TORCH_INDEX= --build-arg GPUS=all
ARG OPTML=optml
# What optml:python was built from: packages are for its version of Python.
ARG BASE=node:24-bookworm-slim
ARG PYTHON=3.11
ARG TORCH=2.13.0+cpu
# In addition to the package index, where the build of that version is the one with CUDA.
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
ARG NUMPY=2.4.6
# The GPUs that NVIDIA's container runtime makes visible: void for none, or all.
ARG GPUS=void
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
ARG TORCH
ARG TORCH_INDEX
ARG NUMPY
RUN --mount=type=bind,from=wheels,target=/wheels \
  /usr/local/share/optml/install-python-packages.sh ${TORCH_INDEX:+--extra-index-url "$TORCH_INDEX"} "torch==${TORCH}" \
  "numpy==${NUMPY}"

FROM ${OPTML}
COPY --from=packages /packages/ /
ARG PYTHON
RUN "python${PYTHON}" -m pip check
ARG GPUS
ENV NVIDIA_VISIBLE_DEVICES=${GPUS} \
  NVIDIA_DRIVER_CAPABILITIES=compute,utility
ARG OPTML
ARG TORCH
ARG NUMPY
LABEL org.opencontainers.image.title="optml-pytorch" \
  org.opencontainers.image.description="PyTorch for Amazon SageMaker training jobs" \
  org.opencontainers.image.base.name="${OPTML}" \
  ai.optml.versions="Python ${PYTHON}, PyTorch ${TORCH}, NumPy ${NUMPY}"
