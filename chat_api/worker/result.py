"""How a sending ended, on any channel."""

from dataclasses import dataclass
from typing import Literal

# Less than the first pause after which a delivery is tried again.
SEND_SECONDS = 10


@dataclass(frozen=True)
class SendResult:
    """`gone`: nothing can be sent there any more; `refused`: trying again does not help.

    `error` is what a user may be shown.
    """

    status: Literal["sent", "gone", "refused", "failed"]
    error: str = ""
