# Sourced: sets `engine`, the container engine. ENGINE names another one.
engine=${ENGINE:-$(command -v docker || command -v podman || true)}
if [ -z "$engine" ]; then
  echo "There is neither docker nor podman on this machine: install one of them." >&2
  exit 1
fi
