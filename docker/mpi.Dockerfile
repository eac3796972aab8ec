# optml with Open MPI and an SSH server, ready for jobs on several hosts.
ARG OPTML=optml
FROM ${OPTML}
LABEL org.opencontainers.image.title="optml-mpi" \
  org.opencontainers.image.description="Training runtime for Amazon SageMaker, with Open MPI"
RUN /usr/local/share/optml/install-packages.sh mpi && mkdir -p /run/sshd
COPY docker/ssh/sshd.conf /etc/ssh/sshd_config.d/optml.conf
COPY docker/ssh/ssh.conf /etc/ssh/ssh_config.d/optml.conf
COPY docker/make-ssh-keys.sh /usr/local/share/optml/
# Last, and new with every build: whoever has the image can enter its containers. See docker/README.md.
RUN /usr/local/share/optml/make-ssh-keys.sh
