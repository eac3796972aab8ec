"""Makes a virtual environment with some packages, once for each list of requirements, and prints its folder.

Usage: python3 install.py FOLDER NAME REQUIREMENT...

FOLDER holds the environments; a new one is FOLDER/NAME-HASH. The hash covers the requirements and this Python. Processes
that ask for the same environment at the same time wait for the first one. Environments that were not used for two weeks
are removed. Exits with 1, and pip's error on standard error, if pip fails.
"""
import fcntl
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import time

UNUSED_SECONDS = 14 * 24 * 3600
# pip's own five retries with growing pauses would hold a machine without network for minutes.
PIP = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-cache-dir", "--retries", "1"]


def environment(parent: pathlib.Path, name: str, requirements: list[str]) -> pathlib.Path:
    known = "\n".join([sys.version, sys.base_prefix, *sorted(requirements)])
    folder = parent / f"{name}-{hashlib.sha256(known.encode()).hexdigest()[:12]}"
    # Its time is the last use. Written last: a folder without it is what a killed installation has left.
    marker = folder / "installed.txt"
    with open(parent / f"{folder.name}.lock", "w") as lock:
        # The kernel drops the lock when its holder dies.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not marker.exists():
            shutil.rmtree(folder, ignore_errors=True)
            # They keep the lock if this process is killed, for as long as they still write.
            options = {"check": True, "stdout": sys.stderr, "pass_fds": [lock.fileno()]}
            subprocess.run([sys.executable, "-m", "venv", folder], **options)
            subprocess.run([folder / "bin" / "python", *PIP, *requirements], **options)
            marker.write_text("\n".join(requirements) + "\n")
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


def main(parent: str, name: str, *requirements: str) -> None:
    os.makedirs(parent, exist_ok=True)
    print(environment(pathlib.Path(parent), name, list(requirements)))
    remove_unused(pathlib.Path(parent))


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except subprocess.CalledProcessError as error:
        sys.exit(f"{error.cmd[0]} {error.cmd[1]} {error.cmd[2]} ended with exit code {error.returncode}")
