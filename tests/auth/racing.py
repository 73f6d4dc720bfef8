"""What other processes do to a kept secret while a test looks on."""

import os
import signal
import sys
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from auth.keys import stored_secret, stored_signing_key


def race(start: Barrier, answers: "Queue[tuple[str, bytes]]", folder: Path) -> None:
    """Ask for the same secret and key as everyone else, at the same moment."""
    start.wait(30)
    secret = stored_secret(folder / "secret")
    key = stored_signing_key(folder / "key.pem").public_key()
    answers.put((secret, key.public_bytes(Encoding.Raw, PublicFormat.Raw)))


def die_at(moment: str, path: Path) -> None:
    """Ask for a secret, and be killed when Python announces `moment`."""

    def kill(event: str, arguments: tuple[object, ...]) -> None:
        # A file that is opened by number is the temporary file, still empty.
        name = "write" if event == "open" and isinstance(arguments[0], int) else event
        if name == moment:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(kill)
    stored_secret(path)
