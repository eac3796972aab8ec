# optml with Python 3 and pip, for Python scripts and for mixed ones.
ARG OPTML=optml
FROM ${OPTML}
RUN /usr/local/share/optml/install-packages.sh python
# Debian keeps pip out of its own Python; in this image Python is there for the job alone. A cache would be thrown away
# with the container.
ENV PIP_BREAK_SYSTEM_PACKAGES=1 \
  PIP_DISABLE_PIP_VERSION_CHECK=1 \
  PIP_NO_CACHE_DIR=1 \
  PIP_ROOT_USER_ACTION=ignore
ARG OPTML
LABEL org.opencontainers.image.title="optml-python" \
  org.opencontainers.image.description="Training runtime for Amazon SageMaker, with Python" \
  org.opencontainers.image.base.name="${OPTML}"
