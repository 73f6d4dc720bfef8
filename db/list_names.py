"""Names of lists, and the key under which a list is found by one."""

import re
import unicodedata

LIST_NAME_LENGTH = 60

# Words that people say around a name: "my groceries list".
_AROUND = frozenset({"a", "an", "the", "my", "our", "list", "lists"})
# The plurals of English; "bus", "class" and "tennis" are none.
_PLURAL = re.compile(r"(?<=ch)es$|(?<=sh)es$|(?<=ss)es$|(?<=x)es$|(?<=\w\w[^sui])s$")
_INBOX = frozenset({"inbox", "none"})


def list_key(name: str) -> str:
    """Return what two names of the same list have in common.

    Names are compared without case, apostrophes and plurals, and without words such as "my" and
    "list" beside others. A name without letters and digits is compared as it is.
    """
    text = unicodedata.normalize("NFKC", name).casefold()
    words = re.findall(r"\w+", re.sub("['’]", "", text))
    named = [word for word in words if word not in _AROUND] or words
    return " ".join(map(_singular, named)) or text


def is_inbox(name: str) -> bool:
    """Return whether a name means the Inbox, where the tasks without a list are."""
    return list_key(name) in _INBOX


def _singular(word: str) -> str:
    # "Movies" and "groceries" end alike, "movie" and "grocery" do not.
    return re.sub("ie$", "y", _PLURAL.sub("", word))
