"""Checks the history of a report, and the daily seals of a town, without the program that wrote it.

    python3 verify_reports.py report.json --roots roots.json [--key KEY]
    python3 verify_reports.py --roots roots.json [--earlier kept.json]

report.json is on the page of the own report, roots.json on the page of the seals. Nothing but
Python 3.9 is needed; signatures are checked where the package `cryptography` is installed.
Exit code 0: whole. 1: something was changed. 2: a file cannot be read.
"""

import argparse
import base64
import hashlib
import json
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    CHECKS_SIGNATURES = True
except ImportError:  # everything else can be checked all the same
    CHECKS_SIGNATURES = False
NOTHING = bytes(32)


def sha256(*parts: bytes) -> bytes:
    """The one hash of all of this."""
    return hashlib.sha256(b"".join(parts)).digest()


def check_events(report: dict[str, Any], faults: list[str]) -> list[bytes]:
    """Numbers, links, hashes, and what is written beside them; gives the hash after each event."""
    head, hashes = NOTHING, []
    for number, event in enumerate(report["events"], 1):
        body = base64.b64decode(event["body"], validate=True)
        said = json.loads(body)
        beside = (event["seq"], event["kind"], event["at"], report["report"])
        if event["seq"] != number:
            faults.append(f"event {number} is missing or out of order")
        if (said["seq"], said["kind"], said["at"], said["report"]) != beside:
            faults.append(f"event {number}: content and columns differ")
        if bytes.fromhex(event["previous"]) != head:
            faults.append(f"event {number} does not follow the one before it")
        head = sha256(head, body)
        if bytes.fromhex(event["hash"]) != head:
            faults.append(f"event {number}: its hash is not that of its content")
        hashes.append(head)
    if not hashes:
        faults.append("the report has no event")
    return hashes


def check_proof(report: dict[str, Any], hashes: list[bytes], faults: list[str]) -> None:
    """Whether the report, as far as it was sealed, leads to the root of its seal."""
    seal = report["seal"]
    if not 0 < seal["seq"] <= len(hashes):
        faults.append(f"event {seal['seq']} was sealed and is gone")
        return
    uid, place = UUID(report["report"]).bytes, seal["seq"].to_bytes(8, "big")
    found = sha256(b"\x00", uid, place, hashes[seal["seq"] - 1])
    for step in seal["proof"]:
        other = bytes.fromhex(step["hash"])
        pair = (other, found) if step["side"] == "left" else (found, other)
        found = sha256(b"\x01", *pair)
    if found.hex() != json.loads(seal["statement"])["root"]:
        faults.append("the history of the report is not the one that was sealed")


def check_signature(row: dict[str, Any], key: str, faults: list[str]) -> None:
    """Whether the town hall signed a seal; `key` is one that is known from elsewhere, or empty."""
    said = json.loads(row["statement"])
    if key and said["key"] != key:
        faults.append(f"the seal of {said['day']} was made with another key")
    if not CHECKS_SIGNATURES:
        return
    try:
        signer = Ed25519PublicKey.from_public_bytes(bytes.fromhex(said["key"]))
        signer.verify(bytes.fromhex(row["signature"]), row["statement"].encode())
    except (InvalidSignature, ValueError):
        faults.append(f"the seal of {said['day']} is not genuine")


def check_roots(rows: list[dict[str, Any]], key: str, faults: list[str]) -> None:
    """Each seal signed, one for each day, each repeating the hash of the one before."""
    previous, day = NOTHING, None
    for row in rows:
        said = json.loads(row["statement"])
        check_signature(row, key, faults)
        if said["previous"] != previous.hex():
            faults.append(f"the seal of {said['day']} does not follow the one before it")
        if day and date.fromisoformat(said["day"]) != day + timedelta(days=1):
            faults.append(f"there is no seal of the day before {said['day']}")
        previous, day = sha256(row["statement"].encode()), date.fromisoformat(said["day"])


def check_among(few: list[dict[str, Any]], many: list[dict[str, Any]], faults: list[str]) -> None:
    """Whether seals that somebody holds are among the published ones, letter for letter."""
    published = {row["statement"] for row in many}
    faults.extend(
        f"the seal of {json.loads(row['statement'])['day']} is not among the published ones"
        for row in few
        if row["statement"] not in published
    )


def check(asked: argparse.Namespace) -> tuple[list[str], list[str]]:
    """What is wrong, and what could not be looked at."""
    faults: list[str] = []
    left_out = [] if CHECKS_SIGNATURES else ["signatures: install the package “cryptography”"]
    roots = read(asked.roots)["roots"] if asked.roots else []
    check_roots(roots, asked.key, faults)
    if asked.earlier:
        check_among(read(asked.earlier)["roots"], roots, faults)
    if asked.report:
        report = read(asked.report)
        hashes = check_events(report, faults)
        if report["seal"] is None:
            left_out.append("the seal: none was made since the report came in")
        else:
            check_proof(report, hashes, faults)
            check_signature(report["seal"], asked.key, faults)
            if asked.roots:
                check_among([report["seal"]], roots, faults)
            later = len(hashes) - report["seal"]["seq"]
            if later > 0:
                left_out.append(f"the last {later} events came after the seal")
    return faults, left_out


def read(path: str) -> Any:
    """A file as JSON."""
    return json.loads(Path(path).read_text("utf-8"))


def main() -> int:
    """Say what was found; the exit code says it to programs."""
    parser = argparse.ArgumentParser(description=str(__doc__).split("\n", 1)[0])
    parser.add_argument("report", nargs="?", help="file of one report")
    parser.add_argument("--roots", help="published seals of the town")
    parser.add_argument("--earlier", help="seals that were kept earlier: all must still be there")
    parser.add_argument("--key", default="", help="public key, as known from another place")
    asked = parser.parse_args()
    if not (asked.report or asked.roots):
        parser.error("name the file of a report, or --roots, or both")
    try:
        faults, left_out = check(asked)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        sys.stderr.write(f"A file cannot be read: {type(error).__name__}: {error}\n")
        return 2
    for note in left_out:
        sys.stdout.write(f"Not checked: {note}.\n")
    for fault in faults:
        sys.stdout.write(f"Broken: {fault}.\n")
    if not faults:
        sys.stdout.write("Whole.\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
