"""`make bench`: run bench/ against a cluster and Redis of its own, both gone at its end."""

import os
import subprocess
import sys

from deploy.local import cluster, folders, program, redis_server
from deploy.local.accounts import cluster_account
from deploy.local.locks import only_one
from deploy.local.places import ROOT
from deploy.local.run import prepare_machine
from deploy.local.say import ending_with

BUSY = (
    "A bench of this checkout is under way (process {pid}); two at once would measure each other."
)


def main() -> int:
    """Prepare, start the servers with the settings of a real database, measure, stop them."""
    with only_one(ROOT / "var" / "bench.lock", busy=BUSY):
        prepare_machine()
        account = cluster_account()
        folder = folders.ready_folder("bench-data", account)
        with (
            cluster.Cluster(folder, account).running(),
            redis_server.running(folder, account),
        ):
            command = ["sh", "bench/run.sh", *(sys.argv[1:] or os.environ.get("ARGS", "").split())]
            environment = program.environment(folder)
            return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    ending_with(main)
