"""The pages of the app: each asks experiments and draws the answer.

Who acts: a visitor. Who waits: nobody long; runs go to the job registry (`running`). What leaves: pictures with
a table and files to download. What is left out: any simulation, and any import of sim or models.

Adding a page:

1. One module here that ends with `PAGE = Page(link, show, link_keys)`: its word in the link, a function that draws it
   under its title and returns nothing, and the keys of the link that it reads itself. One row in `MODULES` below.
2. Its texts in `experiments/language/texts/page_LINK.toml`, with its title as `page_title`; it says
   `text = PageTexts("page_LINK")` and asks for them by `text(key, value=...)`.
3. A page that needs runs calls `running.asked([scenario, ...], place)` and gets jobs back, at once; it shows
   `job.result()` (replications 1 to n), and `running.follow` draws it again as more comes, with Stop beside it. A
   page that wants nothing releases the processes by not calling it. A job has no name: titles are the page's own.
4. The scenario that the visitor composed is `settings.chosen()`; its baseline is
   `experiments.service.keys.baseline_of(scenario)`.
5. Pictures: build a Vega-Lite dict with `charts`, show it with `charts.figure` (title, band, picture with alt
   text, why, table, downloads). Figures in texts: `numbers`.
6. Nothing mutable at module level, nothing big in session state; cache keys are those of jobs
   (`experiments.service.keys.job_key`) only.

Every page is tested in every language by tests/app and by `make e2e` without further registration.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app_pages.shell.page import Page

#: The module of each page in this folder, in the order of the menu; the first is the start page.
MODULES = (
    "prop.page",
    "doorrekenen.page",
    "vergelijken.page",
    "gemeenten.page",
    "volg",
    "uitspraken",
    "onderbouwing.page",
)


def pages() -> tuple[Page, ...]:
    """The pages, in the order of the menu."""
    return tuple(import_module(f"app_pages.{module}").PAGE for module in MODULES)
