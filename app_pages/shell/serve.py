"""Streamlit as the command `doorstroom app` starts it: without looking for its own address.

To decide whether a page of another origin may connect, Streamlit asks a service on the internet which address this
machine has. Nothing may leave the machine, and only pages of this app may connect: there is no such address. And it
holds what visitors upload in memory, without end: here the latest of each visit, and so much of all together.
"""

import os

from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from experiments.service.registry import close_all

#: How many files of one visit are held, and how many bytes of all visits.
MOST_FILES, MOST_BYTES = 4, 200 << 20


def bound_uploads(kind: type[MemoryUploadedFileManager]) -> None:
    """Let a manager of uploads drop the oldest file of a visit with too many, or of the one that holds most."""
    add = kind.add_file

    def add_and_drop(manager: MemoryUploadedFileManager, session_id: str, file: UploadedFileRec) -> None:
        add(manager, session_id, file)
        while True:
            files = {session: list(of_one.values()) for session, of_one in list(manager.file_storage.items())}
            sizes = {session: sum(len(one.data) for one in of_one) for session, of_one in files.items()}
            crowded = next((session for session, of_one in files.items() if len(of_one) > MOST_FILES), None)
            if crowded is None and sum(sizes.values()) <= MOST_BYTES:
                return
            crowded = crowded or max(sizes, key=sizes.__getitem__)
            manager.remove_file(crowded, files[crowded][0].file_id)

    kind.add_file = add_and_drop  # type: ignore[method-assign, assignment]


def main() -> None:
    """Run `streamlit` with the words of the command line."""
    from streamlit import net_util
    from streamlit.web.cli import main as streamlit

    for name in ("get_external_ip", "get_internal_ip"):
        setattr(net_util, name, lambda: None)
    os.environ["FORWARDED_ALLOW_IPS"] = ""  # who connects is who connects; `access` reads what a named proxy says
    bound_uploads(MemoryUploadedFileManager)
    try:
        streamlit()
    finally:  # who is told to stop does not wait for what is being computed or compiled
        close_all()


if __name__ == "__main__":
    main()
