"""Looks the installation over and names the cure of each fault."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import Error as DatabaseError
from django.utils import timezone
from redis.exceptions import RedisError

from portal.doctor.configuration import check_configuration
from portal.doctor.database import check_database
from portal.doctor.findings import Check, Finding, examine, exit_code
from portal.doctor.machine import check_machine
from portal.doctor.network import check_certificates, check_mail, check_names, check_proxy
from portal.doctor.resolver import Resolver, ResolverError
from portal.doctor.work import check_redis, check_worker

_TROUBLES = (DatabaseError, RedisError, ResolverError, OSError)
_MARKS = {"ok": "ok  ", "warn": "WARN", "fail": "FAIL", "not checked": "?   "}


class Command(BaseCommand):
    """`manage.py doctor [--json]`: 0 well, 1 warnings, 2 something fails."""

    help = "Check settings, database, roles, Redis, worker, mail, names, certificates, backups."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """The form of the answer, and what cannot be known from the settings."""
        parser.add_argument("--json", action="store_true", help="one JSON list")
        parser.add_argument("--dkim-selector", default="", metavar="NAME")
        parser.add_argument("--resolver", metavar="ADDRESS", help="name server to ask")
        parser.add_argument("--offline", action="store_true", help="leave names and mail out")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run every check, also after one failed; never change anything."""
        findings: list[Finding] = []
        for name, check, cure in _checks(options):
            for finding in examine(name, check, _TROUBLES, cure=cure):
                findings.append(finding)
                if not options["json"]:
                    self.stdout.write(_line(finding))
        if options["json"]:
            self.stdout.write(json.dumps([asdict(one) for one in findings], ensure_ascii=False))
        else:
            self.stdout.write(_sum(findings))
        code = exit_code(findings)
        if code:
            raise SystemExit(code)


def _checks(options: dict[str, Any]) -> Iterator[tuple[str, Check, str]]:
    """Name, check, and what usually helps where it cannot be finished at all."""
    now = timezone.now()
    resolver = Resolver(options["resolver"])
    database = "Start PostgreSQL, or mend DATABASE_URL; then run manage.py prepare."
    yield "settings", check_configuration, "Mend the settings."
    yield "database", check_database, database
    yield "redis", check_redis, "Start Redis, or mend REDIS_URL."
    yield "work", partial(check_worker, now), database
    yield "machine", partial(check_machine, now), database
    yield "proxy", check_proxy, database
    if options["offline"]:
        return
    names = "Mend /etc/resolv.conf, or name a server: --resolver ADDRESS."
    yield "names", partial(check_names, resolver), names
    yield "certificates", partial(check_certificates, now), database
    yield "mail", partial(check_mail, resolver, options["dkim_selector"]), names


def _line(finding: Finding) -> str:
    cure = f"\n      -> {finding.cure}" if finding.cure else ""
    return f"{_MARKS[finding.state]}  {finding.name}: {finding.found}{cure}"


def _sum(findings: list[Finding]) -> str:
    counts = {state: sum(one.state == state for one in findings) for state in _MARKS}
    return ", ".join(f"{count} {state}" for state, count in counts.items() if count)
