"""Door 1: the app in the browser; page config and navigation, nothing else.

Worker processes import this file once more under another name: it must then do nothing, so that they stay light.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app_pages.shell.page import Page


def _open(page: "Page") -> None:
    import streamlit as st

    from app_pages.shell import guard
    from app_pages.shell.sidebar import tell_about_the_link
    from app_pages.shell.texts import refusal, text
    from sim.errors import WrongInput

    st.title(page.title)
    tell_about_the_link()
    try:
        page.show()
    except WrongInput as error:  # of a file that comes with the program
        st.error(refusal(error))
    except Exception as error:
        guard.unexpected(error)
    st.caption(text("disclaimer"))


def main() -> None:
    """Draw the page that the visitor chose."""
    from functools import partial

    import streamlit as st

    from app_pages import pages
    from app_pages.charts.figure import fetch_library
    from app_pages.shell import access, running
    from app_pages.shell.link import start
    from app_pages.shell.sidebar import draw
    from app_pages.shell.texts import text, visitor_language

    st.set_page_config(page_title=text("app"), layout="wide")
    # A browser reads a page aloud in the language of the document, which the front end itself leaves at English.
    script = f"<script>document.documentElement.lang = '{visitor_language()}'</script>"
    st.html(script, unsafe_allow_javascript=True)
    if not access.admitted():
        return
    with running.turn():
        start([key for page in pages() for key in page.link_keys])
        fetch_library()
        running.registry()
        page = st.navigation(
            [
                st.Page(partial(_open, one), title=one.title, url_path=one.link, default=place == 0)
                for place, one in enumerate(pages())
            ]
        )
        draw()
        running.begin(page.url_path)
        page.run()
        running.end()


if __name__ == "__main__":
    main()
