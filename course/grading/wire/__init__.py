"""How values go from a worker to a judge: plain data by value, anything else as a handle. Nothing is ever unpickled.

A message is msgpack. What msgpack has no type for is an extension, whose payload is msgpack again. The decoder trusts
nothing: sizes, depth, dtypes and names are checked, and whatever does not fit is a `WireError`.
"""

from course.grading.wire.decoder import Decoder
from course.grading.wire.encoder import ByHandle, Encoder
from course.grading.wire.kinds import DEPTH, WireError

__all__ = ["DEPTH", "ByHandle", "Decoder", "Encoder", "WireError"]
