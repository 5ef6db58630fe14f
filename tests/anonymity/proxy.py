"""Runs the sample nginx of the host of signs in front of the program, all its files at hand."""

import os
import re
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local import accounts, processes
from deploy.local.places import ROOT
from tests.stack import Stack, free_port, wait_for

SAMPLE = ROOT / "deploy" / "nginx" / "sign-host.conf"
# What Debian's own nginx.conf would say around the sample: logs are on unless a host says no.
AROUND = """\
daemon off;
worker_processes 1;
user root;
pid {home}/nginx/nginx.pid;
error_log {home}/nginx/error.log info;
events {{ worker_connections 256; }}
http {{
    access_log {home}/nginx/access.log;
    client_body_temp_path {home}/nginx/body;
    proxy_temp_path {home}/nginx/proxy;
    fastcgi_temp_path {home}/nginx/fastcgi;
    uwsgi_temp_path {home}/nginx/uwsgi;
    scgi_temp_path {home}/nginx/scgi;
{server}
}}
"""


def program() -> str | None:
    """Where nginx is, if it is installed."""
    return shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin")


def server_of(sample: str, port: int, behind: int) -> str:
    """The sample without TLS, on ports of this machine."""
    text = re.sub(r"^\s*ssl_\w+ .*;\n", "", sample, flags=re.MULTILINE)
    return text.replace("listen 443 ssl;", f"listen 127.0.0.1:{port};").replace(
        "http://127.0.0.1:8000", f"http://127.0.0.1:{behind}"
    )


@contextmanager
def sign_host(stack: Stack, behind: int, sample: str | None = None) -> Iterator[int]:
    """nginx in front of the program; yields its port. `sample` replaces the committed file."""
    found = program()
    assert found, "nginx is not installed"
    home = stack.home / "nginx"
    home.mkdir(exist_ok=True)
    port = free_port()
    server = server_of(sample or SAMPLE.read_text(), port, behind)
    configuration = home / "nginx.conf"
    configuration.write_text(AROUND.format(home=stack.home, server=server))
    if os.geteuid() != 0:
        _without_user(configuration)
    process = accounts.start(
        [found, "-p", str(home), "-c", str(configuration)],
        cwd=home,
        env={"PATH": os.defpath},
        log=home / "started.log",
    )
    try:
        wait_for(port, process, home / "started.log")
        yield port
    finally:
        processes.stop(process, signal.SIGQUIT)


def _without_user(configuration: Path) -> None:
    configuration.write_text(configuration.read_text().replace("user root;\n", ""))
