"""Streamlit as the command `doorstroom app` starts it: without looking for its own address.

To decide whether a page of another origin may connect, Streamlit asks a service on the internet which address this
machine has. Nothing may leave the machine, and only pages of this app may connect: there is no such address.
"""

import os


def main() -> None:
    """Run `streamlit` with the words of the command line."""
    from streamlit import net_util
    from streamlit.web.cli import main as streamlit

    for name in ("get_external_ip", "get_internal_ip"):
        setattr(net_util, name, lambda: None)
    os.environ["FORWARDED_ALLOW_IPS"] = ""  # who connects is who connects; `access` reads what a named proxy says
    streamlit()


if __name__ == "__main__":
    main()
