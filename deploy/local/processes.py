"""Finds and ends single processes by their id; it never looks for them by name."""

import os
import signal
import subprocess
import time
from pathlib import Path

from deploy.local.say import SetupError


def lives_in(pid: int, folder: Path, proc: Path = Path("/proc")) -> bool:
    """Whether process `pid` exists and works in `folder`; ids are used again after a restart."""
    try:
        return (proc / str(pid) / "cwd").readlink() == folder
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return False


def wait_until_left(folder: Path, *, what: str, seconds: float = 20) -> None:
    """Wait until no process works in a folder any more.

    Raises:
        SetupError: somebody still does.
    """
    deadline = time.monotonic() + seconds
    while left := [pid for pid in _process_ids() if lives_in(pid, folder)]:
        if time.monotonic() > deadline:
            raise SetupError(
                f"{what}: processes {', '.join(map(str, left))} do not end; end them and try again."
            )
        time.sleep(0.05)


def _process_ids() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def first_number(file: Path) -> int | None:
    """The process id on the first line of a pid file; None where there is none."""
    try:
        words = file.read_text().split()
    except FileNotFoundError:
        return None
    return int(words[0]) if words and words[0].isdigit() else None


def end_stray(pid: int, how: signal.Signals, *, what: str, seconds: float = 20) -> None:
    """End a server that a crashed start left behind, and wait until it is gone."""
    os.kill(pid, how)
    deadline = time.monotonic() + seconds
    while Path(f"/proc/{pid}").exists():
        if time.monotonic() > deadline:
            raise SetupError(
                f"{what} (process {pid}) was left behind and does not stop; please end it."
            )
        time.sleep(0.1)


def stop(process: "subprocess.Popen[bytes]", how: signal.Signals, seconds: float = 15) -> None:
    """Ask `process` to stop with `how`; its whole session is killed where it does not."""
    if process.poll() is None:
        process.send_signal(how)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    # Helpers of a server that died by itself may still be in its session.
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def tail(log: Path, lines: int = 15) -> str:
    """The last lines of a log, for an error message."""
    if not log.exists():
        return ""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
