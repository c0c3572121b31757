"""The pages of the app: each asks experiments and draws the answer; runs go to the job registry (`running`).

Adding a page:

1. One module here that ends with `PAGE = Page(link, show, place, link_keys)`: its word in the link, a function that
   draws it under its title and returns nothing, its place in the menu, and the keys of the link that it reads itself.
2. Its texts in `experiments/language/texts/page_LINK.toml`, with its title as `page_title`; it says
   `text = PageTexts("page_LINK")` and asks for them by `text(key, value=...)`.
3. A page that needs runs calls `running.asked([scenario, ...], place)` and gets jobs back, at once; it shows
   `job.result()` (replications 1 to n), and `running.follow` draws it again as more comes, with Stop beside it. A
   page that wants nothing releases the processes by not calling it. A job has no name: titles are the page's own.
4. The scenario that the visitor composed is `settings.chosen()`; its baseline is
   `experiments.service.keys.baseline_of(scenario)`.
5. Pictures: build a Vega-Lite dict with `charts`, show it with `charts.figure` (title, band, picture with alt
   text, why, table, downloads). Figures in texts: `experiments.language.formatting`.
6. Nothing mutable at module level, nothing big in session state; cache keys are those of jobs
   (`experiments.service.keys.job_key`) only.

Every page is tested in every language by tests/app and by `make e2e` without further registration.
"""

from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app_pages.shell.page import Page

_HERE = Path(__file__).parent


@lru_cache(maxsize=1)
def pages() -> tuple["Page", ...]:
    """Every module here that ends with a `PAGE`, in the order of the menu; the first is the start page."""
    modules = [path.stem for path in _HERE.glob("[a-z]*.py")]
    modules += [f"{path.parent.name}.page" for path in _HERE.glob("*/page.py") if path.parent.name != "shell"]
    found = [import_module(f"app_pages.{module}").PAGE for module in modules]
    return tuple(sorted(found, key=lambda page: page.place))
