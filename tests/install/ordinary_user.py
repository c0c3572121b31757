"""Commands as the ordinary user of the container, for tests that root may run too."""

import os
import subprocess

#: Who that is in the Dockerfile; nobody on the machine of the tests.
USER = GROUP = 10001


def as_user(*command):
    """A command as that user, when we are root; otherwise we are an ordinary user already.

    It may read everything, since the Python of the tests may lie in a home of root, but write only as that user.
    """
    if os.geteuid() != 0:
        return [*map(str, command)]
    reading = ("--inh-caps=-all,+dac_read_search", "--ambient-caps=-all,+dac_read_search")
    rights = (f"--reuid={USER}", f"--regid={GROUP}", "--clear-groups", "--no-new-privs", *reading)
    return ["setpriv", *rights, *map(str, command)]


def given_to_the_user(folder):
    """Make a folder that is theirs alone, and return it."""
    folder.mkdir(mode=0o700)
    if os.geteuid() == 0:
        os.chown(folder, USER, GROUP)
    return folder


def written_by_the_user(*folders):
    """Folders below these in which that user may write."""
    found = subprocess.run(
        as_user("find", *folders, "-writable", "-not", "-type", "l"), capture_output=True, text=True, check=True
    )
    return found.stdout.split()
