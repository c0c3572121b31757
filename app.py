"""Door 1: the app in the browser; page config and navigation, nothing else.

Worker processes import this file once more under another name: it must then do nothing, so that they stay light.
"""

from __future__ import annotations


def _open(module: str, title: str) -> None:
    from importlib import import_module

    import streamlit as st

    from app_pages.shell import guard
    from app_pages.shell.sidebar import tell_about_the_link
    from app_pages.shell.texts import say

    st.title(say(title))
    tell_about_the_link()
    try:
        import_module(f"app_pages.{module}").show()
    except Exception as error:
        guard.unexpected(error)
    st.caption(say("disclaimer"))


def main() -> None:
    """Draw the page that the visitor chose."""
    from functools import partial

    import streamlit as st

    from app_pages import PAGES
    from app_pages.charts.figure import fetch_library
    from app_pages.shell import running
    from app_pages.shell.link import start
    from app_pages.shell.sidebar import draw
    from app_pages.shell.texts import language, say

    with running.TURN:
        st.set_page_config(page_title=say("app"), layout="wide")
        start()
        # A browser reads a page aloud in the language of the document, which the front end itself leaves at English.
        st.html(f"<script>document.documentElement.lang = '{language()}'</script>", unsafe_allow_javascript=True)
        fetch_library()
        running.registry()
        pages = [
            st.Page(partial(_open, module, title), title=say(title), url_path=link, default=place == 0)
            for place, (link, module, title) in enumerate(PAGES)
        ]
        page = st.navigation(pages)
        draw()
        running.begin(page.url_path)
        page.run()
        running.end()


if __name__ == "__main__":
    main()
