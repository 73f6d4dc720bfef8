"""A program that prints its process id and idles; with `stubborn`, it ignores SIGTERM."""

import os
import signal
import sys
import threading


def main() -> None:
    if "stubborn" in sys.argv:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.stdout.write(f"{os.getpid()} {' '.join(sys.argv[1:])}\n")
    sys.stdout.flush()
    threading.Event().wait()
