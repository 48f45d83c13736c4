"""An import of dossiers on its way from the command line into the service.

The file is read and checked by the command line, in its own process; what travels is rows, in
batches of JSON. The service keeps them packed, so that a hundred thousand dossiers cost it some
megabytes, and unpacks one step of the import after the other.
"""

import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import batched_rows
