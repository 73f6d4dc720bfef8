"""A program that says when it is imported, and what variable it gets when it runs."""

import os
import sys

sys.stdout.write("imported\n")
sys.stdout.flush()


def main() -> None:
    sys.stdout.write(f"GIVEN_LATE={os.environ['GIVEN_LATE']}\n")
