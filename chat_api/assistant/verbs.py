"""Verbs told as done, in the form in which a task names them."""

import re

from chat_api.assistant.lexicon import LEXICON

_REGULAR = re.compile(r"(?P<stem>[a-z]+[^e])ed")
_DOUBLED = re.compile(r"[a-z]*[aeiou]([bdgmnprtv])\1")
_SILENT_E = re.compile(
    r"[a-z]*(?:[aeiou][csvz]|[rnsl][csv]|[nr]g|dg|u|[td]l|(?:iz|is|at|ut|ir|et|scal|typ|asur)"
    r"|(?<![a-z])[^aeiou]{1,2}[aiou][^aeiouwxy])"
)


def infinitive(past: str) -> str:
    """Return "oil" for "oiled", "wrap" for "wrapped", "bake" for "baked".

    Irregular verbs come from the data; what is no past form is returned as it is.
    """
    low = past.casefold()
    known = LEXICON.did.get(low) or LEXICON.forms.get(low)
    regular = _REGULAR.fullmatch(low)
    return known or (_without_ending(regular["stem"]) if regular else low)


def _without_ending(stem: str) -> str:
    if stem.endswith("i"):
        return f"{stem[:-1]}y"
    if _DOUBLED.fullmatch(stem):
        return stem[:-1]
    return f"{stem}e" if _SILENT_E.fullmatch(stem) else stem
