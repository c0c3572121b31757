"""What the fields of the sidebar are called in the link; pages declare their own keys (see `page`)."""

LANGUAGE_KEY = "lang"
PERIOD_KEY = "periode"
NAME_KEY = "naam"
UNTIL_KEY = "eind"
#: Whether levers are shown with their dates.
DATES_KEY = "datums"
#: The table of decisions.
STEPS_KEY = "besluiten"
#: Figures of the visitor's own, as rows; they are too many for a link.
FIGURES_KEY = "_own_figures"
#: The version of the program that wrote the link.
VERSION_KEY = "v"
SHELL_KEYS = (LANGUAGE_KEY, PERIOD_KEY, NAME_KEY, UNTIL_KEY, DATES_KEY, STEPS_KEY, VERSION_KEY)
#: What stands behind the name of a lever for the dates between which its value holds.
FROM_END, TO_END = ".van", ".tot"


def keys_of_lever(name: str) -> tuple[str, str, str]:
    """The keys of a lever: its value, and its dates."""
    return name, f"{name}{FROM_END}", f"{name}{TO_END}"
