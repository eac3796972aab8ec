# optml on a CUDA base: Node and optml as they are in the CPU image, CUDA as NVIDIA ships it. The driver is the host's.
ARG OPTML=optml
ARG CUDA=docker.io/nvidia/cuda:12.6.3-cudnn-runtime-ubuntu24.04
FROM ${OPTML} AS optml

FROM ${CUDA}
COPY --from=optml /usr/local/bin/ /usr/local/bin/
COPY --from=optml /usr/local/lib/node_modules/ /usr/local/lib/node_modules/
COPY --from=optml /usr/local/share/optml/ /usr/local/share/optml/
COPY --from=optml /opt/ /opt/
RUN /usr/local/share/optml/install-packages.sh cpu && /usr/local/share/optml/install-packages.sh gpu
ENV NVIDIA_VISIBLE_DEVICES=all \
  NVIDIA_DRIVER_CAPABILITIES=compute,utility \
  TINI_SUBREAPER=1
ENTRYPOINT ["tini", "--", "optml-entrypoint"]
CMD ["train"]
ARG CUDA
ARG REVISION=unknown
LABEL org.opencontainers.image.title="optml-gpu" \
  org.opencontainers.image.description="Training runtime for Amazon SageMaker, with CUDA" \
  org.opencontainers.image.licenses="Apache-2.0" \
  org.opencontainers.image.version="0.1.0" \
  org.opencontainers.image.revision="${REVISION}" \
  org.opencontainers.image.base.name="${CUDA}"
