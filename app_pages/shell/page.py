"""What a page declares about itself."""

from collections.abc import Callable
from dataclasses import dataclass

from app_pages.shell.texts import PageTexts


@dataclass(frozen=True)
class Page:
    """One page: its word in the link, what draws it, its place in the menu, and the keys of the link that it reads.

    Its texts stand in the catalogue `page_LINK`, with its title as `page_title`.
    """

    link: str
    show: Callable[[], None]
    place: int
    link_keys: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The title in the language of the visitor."""
        return title_of_page(self.link)


def title_of_page(link: str) -> str:
    """The title of the page with this word in the link, in the language of the visitor."""
    return PageTexts(f"page_{link}")("page_title")
