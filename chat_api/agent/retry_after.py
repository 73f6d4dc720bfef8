"""How long a server asks a client to wait."""

import math
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime


def retry_after(headers: Mapping[str, str]) -> int | None:
    """Return the whole seconds that `Retry-After` (RFC 9110, 10.2.3) names, if it names any."""
    value = headers.get("retry-after", "")
    try:
        seconds = float(value)
    except ValueError:
        return _until(value)
    return max(math.ceil(seconds), 0) if math.isfinite(seconds) else None


def _until(date: str) -> int | None:
    try:
        moment = parsedate_to_datetime(date)
    except ValueError:
        return None
    return max(math.ceil(moment.timestamp() - time.time()), 0)
