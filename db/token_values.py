"""Types of values of access tokens, which REST and the command line share."""

from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from db.values import clean_text

TokenScope = Literal["tasks:read", "tasks:write"]

TOKEN_SCOPES: tuple[TokenScope, ...] = get_args(TokenScope)
TOKEN_NAME_LENGTH = 100
DEFAULT_DAYS = 90
MOST_DAYS = 366


def _clean_name(value: object) -> object:
    text = clean_text(value)
    return " ".join(text.split()) if isinstance(text, str) else text


def _sorted_scopes(scopes: list[TokenScope]) -> list[TokenScope]:
    return [scope for scope in TOKEN_SCOPES if scope in scopes]


TokenName = Annotated[
    str, Field(min_length=1, max_length=TOKEN_NAME_LENGTH), BeforeValidator(_clean_name)
]
TokenScopes = Annotated[list[TokenScope], Field(min_length=1), AfterValidator(_sorted_scopes)]


class NewAccessToken(BaseModel):
    """A token to be created: its name, its scopes, and its lifetime in days."""

    model_config = ConfigDict(extra="forbid")

    name: TokenName
    scopes: TokenScopes = list(TOKEN_SCOPES)
    expires_in_days: Annotated[int, Field(ge=1, le=MOST_DAYS)] = DEFAULT_DAYS
