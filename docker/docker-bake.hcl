# All images in one call, each variant from the CPU image that is built along with it, in the repository's root:
#
#   docker buildx bake -f docker/docker-bake.hcl [TARGET]

variable "BASE" {
  default = "node:24-bookworm-slim"
}

variable "CUDA" {
  default = "docker.io/nvidia/cuda:12.6.3-cudnn-runtime-ubuntu24.04"
}

# Where images are pushed to, with a slash at the end: "registry.example.com/team/".
variable "REGISTRY" {
  default = ""
}

variable "REVISION" {
  default = "unknown"
}

group "default" {
  targets = ["cpu", "python", "mpi", "gpu"]
}

target "cpu" {
  context = "."
  args = {
    BASE     = BASE
    REVISION = REVISION
  }
  tags = ["${REGISTRY}optml", "${REGISTRY}optml:cpu"]
}

target "variant" {
  context = "."
  contexts = {
    optml = "target:cpu"
  }
}

target "python" {
  inherits   = ["variant"]
  dockerfile = "docker/python.Dockerfile"
  tags       = ["${REGISTRY}optml:python"]
}

target "mpi" {
  inherits   = ["variant"]
  dockerfile = "docker/mpi.Dockerfile"
  tags       = ["${REGISTRY}optml:mpi"]
}

target "gpu" {
  inherits   = ["variant"]
  dockerfile = "docker/gpu.Dockerfile"
  args = {
    CUDA     = CUDA
    REVISION = REVISION
  }
  tags = ["${REGISTRY}optml:gpu"]
}
