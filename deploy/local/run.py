"""`make run`: from a fresh checkout to both demo towns in the browser; Ctrl-C stops all of it."""

import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from deploy.local import (
    cluster,
    folders,
    frontend,
    machine,
    packages,
    processes,
    program,
    redis_server,
    tools,
)
from deploy.local.accounts import cluster_account
from deploy.local.locks import only_one
from deploy.local.places import ROOT
from deploy.local.say import SetupError, ending_with, say, step

BUSY = "Megdan already runs from this checkout (process {pid}); stop it there with Ctrl-C."
# Pages do not need the worker, so a slow one does not hold them up for long.
WORKER_PATIENCE_S = 8.0
Servers = Mapping[str, "subprocess.Popen[bytes]"]


def prepare_machine(*, tests: bool = False) -> None:
    """Everything before a database is needed: versions, disk, packages, environments, front end."""
    machine.check_python()
    machine.check_node()
    machine.check_disk(ROOT)
    packages.ensure_packages(tests=tests)
    tools.ensure_uv()
    tools.sync()
    frontend.ensure_built()


def main() -> int:
    """Prepare, start in order, wait, stop in the opposite order."""
    host = os.environ.get("HOST") or "127.0.0.1"
    port = machine.port_number(os.environ.get("PORT") or "8000")
    with only_one(ROOT / "var" / "run.lock", busy=BUSY), ExitStack() as stack:
        machine.check_port(host, port)
        prepare_machine()
        account = cluster_account()
        folder = folders.ready_folder("pg", account)
        machine.check_disk(folder)
        mail = f"smtp://127.0.0.1:{program.free_port()}"
        env = program.environment(folder, MEGDAN_DEMO="1", EMAIL_URL=mail)
        try:
            servers = _start(stack, env, folder, host, port)
            _announce(host, port)
            _watch(servers)
        except KeyboardInterrupt:
            # A second Ctrl-C must not break the orderly stop off halfway.
            for interruption in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(interruption, signal.SIG_IGN)
            say("\nStopping …")
    say("Stopped.")
    return 0


def _start(
    stack: ExitStack, env: dict[str, str], folder: Path, host: str, port: int
) -> "dict[str, subprocess.Popen[bytes]]":
    """Start the servers in the order in which they need each other."""
    account = cluster_account()
    servers = {}
    with step("starting PostgreSQL and Redis on private sockets"):
        servers["PostgreSQL"] = stack.enter_context(cluster.Cluster(folder, account).running())
        servers["Redis"] = stack.enter_context(redis_server.running(folder, account))
    with step("bringing the database, translations, pages and demo up to date"):
        program.manage(env, "prepare")
    starters = (
        ("mail server", program.take_mail),
        ("worker", program.work),
        ("beat", program.beat),
    )
    for name, starter in starters:
        servers[name] = starter(env)
        stack.callback(processes.stop, servers[name], signal.SIGTERM)
    servers["web server"] = program.serve(env, host, port)
    stack.callback(processes.stop, servers["web server"], signal.SIGTERM)
    with step("waiting for the first page"):
        _wait_for_page(f"http://{_reachable(host)}:{port}/healthz", servers)
    return servers


def _reachable(host: str) -> str:
    """An address to open in a browser where `host` means every address of the machine."""
    if host in ("0.0.0.0", "127.0.0.1"):  # noqa: S104 - compared, not bound
        return "localhost"
    return f"[{host}]" if ":" in host else host


def _wait_for_page(address: str, servers: Servers, seconds: float = 180) -> None:
    """Wait for the web server, and a little longer for the worker's first heartbeat."""
    deadline = time.monotonic() + seconds
    answered = False
    while time.monotonic() < deadline:
        _refuse_dead(servers)
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310 - an address of our own
                return
        except urllib.error.HTTPError:
            if not answered:
                answered, deadline = True, time.monotonic() + WORKER_PATIENCE_S
        except OSError:
            pass
        time.sleep(0.1)
    if not answered:
        raise SetupError(f"The web server does not answer; see {program.LOGS}/web.log.")


def _refuse_dead(servers: Servers) -> None:
    for name, process in servers.items():
        if process.poll() is not None:
            log = program.LOGS / f"{name.split()[0]}.log"
            raise SetupError(
                f"{name} ended by itself with code {process.returncode}.\n{processes.tail(log)}"
            )


def _watch(servers: Servers) -> None:
    """Stay until Ctrl-C, or until one of the servers ends by itself."""
    while True:
        _refuse_dead(servers)
        time.sleep(0.5)


def _announce(host: str, port: int) -> None:
    base = f"http://{_reachable(host)}:{port}"
    say(
        f"\nMegdan serves at {base}/\n"
        f"  Piatra-Neamț   {base}/piatra-neamt/\n"
        f"  Стара Загора   {base}/stara-zagora/\n"
        f"  Demo sign-ins  {base}/demo/ (one click per role)\n"
        f"  Demo letters   {base}/demo/mail/ (no letter leaves this machine)\n"
        f"  API            {base}/api/schema/\n"
        f"  Logs           {program.LOGS}\n"
        "Ctrl-C stops everything."
    )


if __name__ == "__main__":
    ending_with(main)
