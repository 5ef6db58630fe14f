"""`make demo-reset`: forget all rows and load the demo of both towns again."""

from deploy.local import cluster, folders, program, redis_server
from deploy.local.accounts import cluster_account
from deploy.local.locks import only_one
from deploy.local.places import ROOT
from deploy.local.run import prepare_machine
from deploy.local.say import ending_with, say, step

BUSY = "Megdan runs from this checkout (process {pid}); stop it with Ctrl-C, then reset the demo."


def main() -> int:
    """Drop the database of this checkout's private cluster and prepare a new one."""
    with only_one(ROOT / "var" / "run.lock", busy=BUSY):
        prepare_machine()
        account = cluster_account()
        folder = folders.ready_folder("pg", account)
        server = cluster.Cluster(folder, account)
        with (
            server.running(),
            redis_server.running(folder, account),
            step("loading the demo anew"),
        ):
            server.drop_database()
            program.manage(program.environment(folder, MEGDAN_DEMO="1"), "prepare")
    say("The demo is as on its first day; start it with: make run")
    return 0


if __name__ == "__main__":
    ending_with(main)
