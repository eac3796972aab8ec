# optml with Open MPI and an SSH server, for jobs on several hosts.
ARG OPTML=optml
FROM ${OPTML}
# Without the host keys that the package makes: they would stay in this layer for everybody.
RUN /usr/local/share/optml/install-packages.sh mpi && rm /etc/ssh/ssh_host_* && mkdir -p /run/sshd
COPY docker/ssh/sshd.conf /etc/ssh/sshd_config.d/optml.conf
COPY docker/ssh/ssh.conf /etc/ssh/ssh_config.d/optml.conf
COPY docker/make-ssh-keys.sh /usr/local/share/optml/
# Whoever has the image can enter its containers: see docker/README.md.
RUN chmod 644 /etc/ssh/ssh*_config.d/optml.conf && sh /usr/local/share/optml/make-ssh-keys.sh
# Root is who trains, unless told otherwise, and mpirun refuses root.
ENV OMPI_ALLOW_RUN_AS_ROOT=1 \
  OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
ARG OPTML
LABEL org.opencontainers.image.title="optml-mpi" \
  org.opencontainers.image.description="Training runtime for Amazon SageMaker, with Open MPI" \
  org.opencontainers.image.base.name="${OPTML}"
