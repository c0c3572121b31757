"""Runs one step of the Makefile and says every few seconds how long it has taken and what it is at.

Use: step.py [--show] TITLE COMMAND ... . The output of the command is kept back, and shown whole when it fails; with
--show it is shown as it comes. Needs nothing but Python, since it also installs what the rest needs.
"""

import subprocess
import sys
import tempfile
import threading
import time

EVERY_S = 4.0
WIDTH = 72


def last_line(path: str) -> str:
    """The last line that the command wrote."""
    with open(path, "rb") as file:
        lines = file.read()[-2000:].decode(errors="replace").split("\n")
    return next(
        (line.strip()[:WIDTH] for line in reversed(lines) if line.strip() and not line.startswith("WARNING")), ""
    )


def main() -> int:
    """Run the step; returns the exit code of its command."""
    words = sys.argv[1:]
    show = words[0] == "--show"
    title, *command = words[show:]
    print(f"== {title}", file=sys.stderr, flush=True)
    began = time.monotonic()
    with tempfile.NamedTemporaryFile() as log:
        output = None if show else log
        process = subprocess.Popen(command, stdout=output, stderr=output and subprocess.STDOUT)
        done = threading.Event()

        def tell() -> None:
            while not done.wait(EVERY_S):
                print(
                    f"   {time.monotonic() - began:4.0f} s  {last_line(log.name)}".rstrip(), file=sys.stderr, flush=True
                )

        # On a terminal, a command that shows its output shows its own progress.
        if not (show and sys.stderr.isatty()):
            threading.Thread(target=tell, daemon=True).start()
        try:
            code = process.wait()
        except KeyboardInterrupt:
            code = process.wait() or 130
        done.set()
        if code and not show:
            with open(log.name, "rb") as file:
                sys.stderr.buffer.write(file.read())
    if not show:
        print(f"   {time.monotonic() - began:4.0f} s", file=sys.stderr, flush=True)
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main())
