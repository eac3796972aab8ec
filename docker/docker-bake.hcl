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

# Versions of what the images of algorithms and frameworks contain. What these packages need: docker/python-packages.txt
# and docker/tfjs/package-lock.json.
variable "PYTHON" {
  default = "3.11"
}

variable "NUMPY" {
  default = "2.4.6"
}

variable "SCIPY" {
  default = "1.17.1"
}

variable "XGBOOST" {
  default = "3.2.0"
}

variable "SCIKIT_LEARN" {
  default = "1.9.1"
}

variable "PANDAS" {
  default = "3.1.1"
}

variable "JOBLIB" {
  default = "1.6.0"
}

variable "TORCH" {
  default = "2.13.0+cpu"
}

variable "TORCH_INDEX" {
  default = "https://download.pytorch.org/whl/cpu"
}

variable "GPUS" {
  default = "void"
}

variable "TFJS" {
  default = "4.22.0"
}

group "default" {
  targets = ["cpu", "python", "mpi", "gpu"]
}

group "algorithms" {
  targets = ["xgboost", "kmeans", "linear-learner"]
}

group "frameworks" {
  targets = ["tfjs", "sklearn", "pytorch"]
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

target "python-packages" {
  context = "."
  contexts = {
    optml = "target:python"
  }
  args = {
    BASE   = BASE
    NUMPY  = NUMPY
    PYTHON = PYTHON
    SCIPY  = SCIPY
    WHEELS = WHEELS
  }
}

target "xgboost" {
  inherits   = ["python-packages"]
  dockerfile = "docker/xgboost.Dockerfile"
  args = {
    XGBOOST = XGBOOST
  }
  tags = ["${REGISTRY}optml:xgboost"]
}

target "sklearn" {
  inherits   = ["python-packages"]
  dockerfile = "docker/sklearn.Dockerfile"
  args = {
    SCIKIT_LEARN = SCIKIT_LEARN
    PANDAS       = PANDAS
    JOBLIB       = JOBLIB
  }
  tags = ["${REGISTRY}optml:sklearn"]
}

target "pytorch" {
  inherits   = ["python-packages"]
  dockerfile = "docker/pytorch.Dockerfile"
  args = {
    TORCH       = TORCH
    TORCH_INDEX = TORCH_INDEX
    GPUS        = GPUS
  }
  tags = ["${REGISTRY}optml:pytorch"]
}

# With CUDA: not tested.
target "pytorch-gpu" {
  inherits = ["pytorch"]
  args = {
    TORCH       = "2.13.0"
    TORCH_INDEX = ""
    GPUS        = "all"
  }
  tags = ["${REGISTRY}optml:pytorch-gpu"]
}

target "tfjs" {
  inherits   = ["variant"]
  dockerfile = "docker/tfjs.Dockerfile"
  args = {
    BASE = BASE
    TFJS = TFJS
  }
  tags = ["${REGISTRY}optml:tfjs"]
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
