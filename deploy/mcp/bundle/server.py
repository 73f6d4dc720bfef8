"""The server of the bundle: `todochat mcp --stdio`."""

import sys

from chat_api.cli.main import main

sys.argv = ["todochat", "mcp", "--stdio"]
main()
