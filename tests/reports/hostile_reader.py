"""In the place of what reads workbooks: does what its standard input says, as a file might."""

import os
import resource
import signal
import sys

from sms_gateway.reports.workbook.cells import packed


def main() -> None:
    """Do it."""
    what = sys.stdin.buffer.readline().decode().removeprefix("PK ")
    out = sys.stdout.buffer
    if what == "environment":
        out.write(packed(sorted(os.environ)))
    elif what == "endless":
        while True:
            out.write(packed(["x"] * 100))
    elif what == "hangs":
        out.close()
        signal.pause()
    elif what == "broken":
        out.write(b"\x03\x00\x00\x00\xff\xff\xff")
    elif what == "cut off":
        out.write(packed(["a"])[:-1])
    elif what == "crashes":
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        os.kill(os.getpid(), signal.SIGSEGV)
    elif what == "rows and fails":
        out.write(packed(["a"]))
        sys.exit(1)
    elif what == "no memory":
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        os.abort()


main()
