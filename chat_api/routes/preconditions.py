"""`ETag`, `If-Match` and `If-None-Match` (RFC 9110) of what has a version."""

import re
from typing import Annotated

from fastapi import Header

_TAG = re.compile(r'(W/)?"([^"]*)"')
_ANY = "*"

IfMatch = Annotated[
    str | None,
    Header(max_length=1000, description="Change the task only if it has this `ETag`"),
]


def etag(version: int) -> str:
    """Return the entity tag of a version."""
    return f'"{version}"'


def is_known(if_none_match: str | None, tag: str) -> bool:
    """Return whether a client has what has this tag already; weak tags count too."""
    if if_none_match is None:
        return False
    known = {f'"{each}"' for _, each in _TAG.findall(if_none_match)}
    return if_none_match.strip() == _ANY or tag in known


def matching_versions(if_match: str | None) -> frozenset[int] | None:
    """Return the versions that a condition admits; None admits all.

    A weak tag admits nothing, nor does one that this service never gave.
    """
    if if_match is None or if_match.strip() == _ANY:
        return None
    tags = [tag for weak, tag in _TAG.findall(if_match) if not weak]
    return frozenset(int(tag) for tag in tags if tag.isascii() and tag.isdecimal())
