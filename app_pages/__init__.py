"""The pages of the app: each asks experiments and draws the answer.

Who acts: a visitor. Who waits: nobody long; runs go to the job registry (`running`). What leaves: pictures with
a table and files to download. What is left out: any simulation, and any import of sim or models.

Adding a page:

1. One file here with a function `show()`; it draws the page under the title and returns nothing.
2. One row in `PAGES` below: link name, file, key of its title. Texts go in `texts.py` (both languages), or in a
   `TEXTS` table of the page itself, read with `texts.pick`.
3. A page that needs runs calls `running.asked([scenario, ...], place)` and gets jobs back, at once; it shows
   `job.result()` (replications 1 to n), and `running.follow` draws it again as more comes, with Stop beside it. A
   page that wants nothing releases the processes by not calling it. A job has no name: titles are the page's own.
4. The scenario that the visitor composed is `levers_sidebar.chosen()`; its baseline is
   `experiments.jobs.baseline_of(scenario)`.
5. Pictures: build a Vega-Lite dict with `charts`, show it with `charts.figure` (title, band, picture with alt
   text, why, table, downloads). Figures in texts: `numbers`.
6. Nothing mutable at module level, nothing big in session state; cache keys are those of jobs
   (`experiments.service.keys.job_key`) only.

Every page is tested in both languages by tests/app and by `make e2e` without further registration.
"""

from __future__ import annotations

#: Link name, file in this folder, key of the title in `texts`; the first is the start page.
PAGES: tuple[tuple[str, str, str], ...] = (
    ("prop", "prop.page", "page_prop"),
    ("doorrekenen", "doorrekenen.page", "page_doorrekenen"),
    ("vergelijken", "vergelijken.page", "page_vergelijken"),
    ("gemeenten", "gemeenten.page", "page_gemeenten"),
    ("volg", "volg", "page_volg"),
    ("uitspraken", "uitspraken", "page_uitspraken"),
    ("onderbouwing", "onderbouwing.page", "page_onderbouwing"),
)
