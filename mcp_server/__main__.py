"""Run the MCP server: `python -m mcp_server`."""

import gc

# Imports leave no garbage, and looking for it takes a fifth of the start.
gc.disable()

from mcp_server.program import main  # noqa: E402  gc goes first

if __name__ == "__main__":
    # What was imported stays to the end: no collection has to look at it again, nor has the exit.
    gc.freeze()
    gc.enable()
    main()
