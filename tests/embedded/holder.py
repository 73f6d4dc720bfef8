"""A process that uses the embedded Postgres of a folder until its standard input ends."""

import sys
from pathlib import Path

from db.embedded import embedded_postgres


def main() -> None:
    with embedded_postgres(Path(sys.argv[1])) as url:
        sys.stdout.write(f"{url}\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main()
