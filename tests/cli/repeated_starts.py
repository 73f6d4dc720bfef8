"""Starts a program once for each value of a variable, and prints how each start ended, as JSON.

Reads from its environment the module, as PROGRAM, and the variables with their values, as STARTS.
"""

import importlib
import json
import os
import sys
import traceback

if __name__ == "__main__":
    program = importlib.import_module(os.environ["PROGRAM"])
    sys.argv = [os.environ["PROGRAM"]]
    before = dict(os.environ)
    ends = []
    for name, value in json.loads(os.environ["STARTS"]):
        os.environ[name] = value
        try:
            program.main()
        except SystemExit as end:
            ends.append(str(end.code))
        except BaseException:
            ends.append(traceback.format_exc())
        os.environ.clear()
        os.environ.update(before)
    sys.stdout.write(json.dumps(ends))
