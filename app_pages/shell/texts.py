"""What pages say: the texts of their catalogue in the language of the visitor, and what else has a language."""

import re
from dataclasses import dataclass

import streamlit as st

from app_pages.shell.link_keys import LANGUAGE_KEY
from experiments.language.catalogue import Texts, catalogue
from experiments.language.formatting import value_text
from experiments.language.labels import choice_text, lever_label, unit_text
from experiments.language.language import LANGUAGES, SIDE_BY_SIDE, Language
from experiments.language.refusals import problem_text, refusal_text
from experiments.run.levers import lever_names
from experiments.scenario.ready import load_scenario
from experiments.scenario.scenario import Scenario
from sim.errors import WrongInput, on_one_line

#: The languages that a visitor may choose.
OFFERED: tuple[Language, ...] = LANGUAGES
#: Catalogues of words that all pages share: of figures and tables, and of what stands around a page.
SHARED = ("charts", "shell")


def visitor_language() -> Language:
    """The language of this visitor: what was chosen, else what the link says, else the first."""
    wanted = st.session_state.get(LANGUAGE_KEY) or st.query_params.get(LANGUAGE_KEY)
    return next((one for one in OFFERED if one == wanted), OFFERED[0])


@dataclass(frozen=True)
class PageTexts:
    """The texts of one catalogue, and of those that all pages share, in the language of whoever looks at the page.

    No key stands in two of them.
    """

    name: str

    def __call__(self, key: str, /, **values: object) -> str:
        """The text of a key with its values filled in. Raises KeyError when the key or a value is missing."""
        language = visitor_language()
        own = catalogue(self.name, language)
        if not own.has(key):
            own = next((one for one in (catalogue(name, language) for name in SHARED) if one.has(key)), own)
        return own(key, **values)

    @property
    def own(self) -> Texts:
        """The catalogue itself, to ask it for keys or a list."""
        return catalogue(self.name, visitor_language())


text = PageTexts("shell")


def title_of(scenario: Scenario) -> str:
    """The title of a scenario in the language of the visitor, in Dutch where it has no other."""
    return scenario.title_in(visitor_language())


def period_title(period: str, language: Language | None = None) -> str:
    """What a period is called: by its text, else by the title of the scenario that has its name."""
    texts, key = catalogue("shell", language or visitor_language()), f"period_{period}"
    return texts(key) if texts.has(key) else load_scenario(period).title_in(texts.language)


def words_of_data(pair: tuple[str, str]) -> str:
    """Of the words that data hold in Dutch and English, those for the visitor; English in any other language."""
    return dict(zip(SIDE_BY_SIDE, pair, strict=True)).get(visitor_language(), pair[-1])


def choice(word: str, language: Language | None = None) -> str:
    """A choice of a lever, or of a switch, in words."""
    language = language or visitor_language()
    return value_text(word == "true", language) if word in ("true", "false") else choice_text(word, language)


def unit(name: str) -> str:
    """The unit of a lever in words."""
    return "" if name in ("choice", "switch") else unit_text(name, visitor_language())


#: What means something in Markdown or in the mathematics of the front end.
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|$~:&])")
#: Where the front end makes a link or picture of bare text, for which a backslash is no obstacle.
_AUTOMATIC = re.compile(r"(?<=http)(?=s?://)|(?<=www)(?=\.)|(?=@)|(?<=:)(?=[a-z0-9_+-]+(?:/[^:\s]*)?:)", re.IGNORECASE)
#: A sign of no width that keeps together what stands on both sides, and is no part of an address.
_JOINER = "\u2060"


def literal(text: str) -> str:
    """Text of a visitor on one line as it stands: it draws nothing, links nowhere and asks nothing of a network."""
    return _MARKDOWN.sub(r"\\\1", _AUTOMATIC.sub(_JOINER, on_one_line(text, len(text))))


def refusal(error: WrongInput) -> str:
    """Why something that was supplied cannot be used, in the language of the visitor; a lever by its label."""
    language = visitor_language()
    name = str(error.field).removeprefix("levers.")
    if error.file is None and name in lever_names():
        return f"{lever_label(name, language)}: {problem_text(error, language)}."
    return refusal_text(error, language)
