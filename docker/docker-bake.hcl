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

# An image that contains Python packages as wheels, in addition to the package index.
variable "WHEELS" {
  default = "scratch"
}

group "default" {
  targets = ["cpu", "python", "mpi", "gpu"]
}

group "algorithms" {
  targets = ["xgboost", "kmeans", "linear-learner"]
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

target "xgboost" {
  context    = "."
  dockerfile = "docker/xgboost.Dockerfile"
  contexts = {
    optml = "target:python"
  }
  args = {
    WHEELS = WHEELS
  }
  tags = ["${REGISTRY}optml:xgboost"]
}

target "algorithm" {
  inherits   = ["variant"]
  dockerfile = "docker/algorithm.Dockerfile"
}

target "kmeans" {
  inherits = ["algorithm"]
  args = {
    ALGORITHM = "kmeans"
  }
  tags = ["${REGISTRY}optml:kmeans"]
}

target "linear-learner" {
  inherits = ["algorithm"]
  args = {
    ALGORITHM = "linear-learner"
  }
  tags = ["${REGISTRY}optml:linear-learner"]
}
