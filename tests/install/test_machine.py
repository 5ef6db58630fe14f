"""A wrong version, a taken port or a full disk is one clear sentence."""

import shutil
import socket
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from deploy.local import machine
from deploy.local.say import SetupError


def test_a_taken_port_names_another() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        with pytest.raises(SetupError, match=f"Port {port} .* make run PORT={port + 1}"):
            machine.check_port("127.0.0.1", port)
    machine.check_port("127.0.0.1", port)


@pytest.mark.parametrize("text", ["0", "65536", "-1", "80a", "", "８０"])
def test_a_port_that_is_no_port_is_refused(text: str) -> None:
    with pytest.raises(SetupError, match="PORT must be a number"):
        machine.port_number(text)


def test_a_full_disk_is_said_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: SimpleNamespace(free=900_000_000))
    with pytest.raises(SetupError, match=r"Only 0\.9 GB are free"):
        machine.check_disk(tmp_path / "not" / "made" / "yet")


@pytest.mark.parametrize("version", [(3, 10), (3, 14)])
def test_a_python_outside_the_lock_is_refused(
    monkeypatch: pytest.MonkeyPatch, version: tuple[int, int]
) -> None:
    monkeypatch.setattr(sys, "version_info", (*version, 0))
    with pytest.raises(SetupError, match=r"needs Python 3\.11 to 3\.13"):
        machine.check_python()


@pytest.mark.parametrize(
    ("text", "major"), [("v20.20.2\n", 20), ("v8.1.0", 8), ("", None), ("node 20", None)]
)
def test_the_major_version_of_node(text: str, major: int | None) -> None:
    assert machine.node_major(text) == major


def test_a_missing_node_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    with pytest.raises(SetupError, match="needs Node 18"):
        machine.check_node()
