"""Charts as SVG inside a page, drawn without a browser and without a network."""

import re
from collections.abc import Mapping
from html import escape
from importlib.util import find_spec

from experiments.charts.style import Spec

#: The package that draws; an application without it shows tables only.
PACKAGE = "vl-convert-python"


def can_draw() -> bool:
    """Whether charts can be drawn here."""
    return find_spec("vl_convert") is not None


def for_paper(spec: Spec, size: Mapping[str, object]) -> Spec:
    """The same chart with a size of its own, in a typeface that is there without a browser."""
    return spec | dict(size) | {"config": spec["config"] | {"font": "sans-serif", "aria": False}, "padding": 2}


def inline_svg(spec: Spec, alt: str) -> str:
    """The chart as an SVG element with its text alternative; `spec` has a size in pixels."""
    import vl_convert

    drawn = vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])
    top, _, inside = drawn.partition(">")
    box = re.search(r'viewBox="[-0-9. ]+"', top)
    # To who listens the picture is its alternative; marks with a role but without words of their own are noise.
    plain = re.sub(r"<[^>]*>", lambda tag: re.sub(r' (?:role|aria-[a-z]+)="[^"]*"', "", tag[0]), inside)
    return f'<svg {box[0] if box else ""} role="img" aria-label="{escape(alt)}">{plain}'
