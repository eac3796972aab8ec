/** The line of a Dockerfile that installs what MPI needs, as the end of a sentence. */
export const PACKAGES =
  'RUN apt-get update && apt-get install -y --no-install-recommends openmpi-bin openssh-client openssh-server.';

/** How to get Open MPI. */
export const OPEN_MPI_FIX = `Use the image optml:mpi, or install Open MPI in yours: ${PACKAGES}`;
