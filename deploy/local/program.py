"""Runs Megdan's own programs against a private cluster: commands, web server, worker, beat."""

import os
import secrets
import signal
import socket
import subprocess
from pathlib import Path

from deploy.local import accounts, cluster, redis_server
from deploy.local.places import ROOT
from deploy.local.say import SetupError
from deploy.local.tools import PYTHON, clean_environment

LOGS = ROOT / "var" / "log"


def secret_key() -> str:
    """The signing key of this checkout, made once, readable by its owner only."""
    file = ROOT / "var" / "secret_key"
    if not file.exists():
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as handle:
            handle.write(secrets.token_urlsafe(50))
    return file.read_text()


def environment(folder: Path, **more: str) -> dict[str, str]:
    """The variables that tie the program to the cluster and Redis in `folder`."""
    return {
        **clean_environment(),
        "DATABASE_OWNER_URL": cluster.url(cluster.OWNER, folder),
        "DATABASE_URL": cluster.url(cluster.APP, folder),
        "REDIS_URL": redis_server.url(folder),
        "MEGDAN_SECRET_KEY": secret_key(),
        "MEGDAN_VAR": str(ROOT / "var"),
        **more,
    }


def manage(env: dict[str, str], *arguments: str) -> None:
    """Run one management command; its own words go to the terminal."""
    done = subprocess.run([PYTHON, "manage.py", *arguments], cwd=ROOT, env=env, check=False)
    if done.returncode != 0:
        raise SetupError(f"This command failed: manage.py {' '.join(arguments)}")


def serve(env: dict[str, str], host: str, port: int) -> "subprocess.Popen[bytes]":
    """Start the web server."""
    command = [
        *(str(PYTHON), "-m", "granian", "--interface", "wsgi", "--host", host),
        *("--port", str(port), "--workers", "1", "--blocking-threads", "4"),
        *("--log-level", "warning", "config.wsgi:application"),
    ]
    return accounts.start(command, cwd=ROOT, env=env, log=LOGS / "web.log")


def work(env: dict[str, str]) -> "subprocess.Popen[bytes]":
    """Start the Celery worker."""
    command = [
        *(str(PYTHON), "-m", "celery", "-A", "config", "worker", "--loglevel", "WARNING"),
        *("--concurrency", "2", "--without-gossip", "--without-mingle"),
    ]
    return accounts.start(command, cwd=ROOT, env=env, log=LOGS / "worker.log")


def free_port() -> int:
    """A port of loopback that nobody holds at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def take_mail(env: dict[str, str]) -> "subprocess.Popen[bytes]":
    """Start the mail server of the demonstration, which sends nothing on; EMAIL_URL names it."""
    port = env["EMAIL_URL"].rpartition(":")[2]
    command = [str(PYTHON), "manage.py", "mail_sink", "--port", port]
    return accounts.start(command, cwd=ROOT, env=env, log=LOGS / "mail.log")


def beat(env: dict[str, str]) -> "subprocess.Popen[bytes]":
    """Start Celery's clock."""
    command = [
        *(str(PYTHON), "-m", "celery", "-A", "config", "beat", "--loglevel", "WARNING"),
        *("--schedule", str(ROOT / "var" / "beat-schedule"), "--pidfile", ""),
    ]
    return accounts.start(command, cwd=ROOT, env=env, log=LOGS / "beat.log", end=signal.SIGTERM)
