"""Makes a virtual environment with some packages, or a folder of their wheels, and prints its folder.

Usage: python3 install.py FOLDER NAME REQUIREMENT...
       python3 install.py FOLDER NAME --wheels VERSION REQUIREMENT...

FOLDER holds all of them; a new one is FOLDER/NAME-HASH. It is made once for each list of requirements and each Python: this
one, or that of the VERSION for which the wheels are. Processes that ask for the same folder at the same time wait for the
first one. Folders that were not used for two weeks are removed. OPTML_TEST_TORCH_INDEX is the package index for torch, such
as one of builds without CUDA; by default torch comes from pip's own index. Exits with 1, and pip's error on standard error, if pip
fails.
"""
import fcntl
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import time

TORCH_INDEX = os.environ.get("OPTML_TEST_TORCH_INDEX")
UNUSED_SECONDS = 14 * 24 * 3600
# pip's own five retries with growing pauses would hold a machine without network for minutes.
PIP = ["--quiet", "--disable-pip-version-check", "--no-cache-dir", "--retries", "1"]


def commands(folder: pathlib.Path, words: list[str]) -> list[list]:
    if words[0] != "--wheels":
        install = [folder / "bin" / "python", "-m", "pip", "install", *PIP]
        torch = [word for word in words if TORCH_INDEX and word.startswith("torch==")]
        # The rest finds it installed, and takes what it needs from pip's own index.
        first = [[*install, "--index-url", TORCH_INDEX, *torch]] if torch else []
        return [[sys.executable, "-m", "venv", folder], *first, [*install, *words]]
    _, version, *requirements = words
    options = ["--only-binary", ":all:", "--python-version", version, "--dest", folder]
    return [[sys.executable, "-m", "pip", "download", *PIP, *options, *requirements]]


def made(parent: pathlib.Path, name: str, words: list[str]) -> pathlib.Path:
    known = "\n".join([sys.version, sys.base_prefix, *sorted(words)])
    folder = parent / f"{name}-{hashlib.sha256(known.encode()).hexdigest()[:12]}"
    # Its time is the last use. Written last: a folder without it is what a killed installation has left.
    marker = folder / "installed.txt"
    with open(parent / f"{folder.name}.lock", "w") as lock:
        # The kernel drops the lock when its holder dies.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not marker.exists():
            shutil.rmtree(folder, ignore_errors=True)
            for command in commands(folder, words):
                # They keep the lock if this process is killed, for as long as they still write.
                subprocess.run(command, check=True, stdout=sys.stderr, pass_fds=[lock.fileno()])
            marker.write_text("\n".join(words) + "\n")
        marker.touch()
    return folder


def remove_unused(parent: pathlib.Path) -> None:
    for marker in parent.glob("*/installed.txt"):
        with open(parent / f"{marker.parent.name}.lock", "w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            if time.time() - marker.stat().st_mtime > UNUSED_SECONDS:
                shutil.rmtree(marker.parent, ignore_errors=True)


def main(parent: str, name: str, *words: str) -> None:
    os.makedirs(parent, exist_ok=True)
    print(made(pathlib.Path(parent), name, list(words)))
    remove_unused(pathlib.Path(parent))


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except subprocess.CalledProcessError as error:
        sys.exit(f"{error.cmd[0]} {error.cmd[1]} {error.cmd[2]} ended with exit code {error.returncode}")
