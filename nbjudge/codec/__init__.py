"""How values go from a worker to a judge: plain data by value, anything else as a handle. Nothing is ever unpickled.

A message is msgpack. What msgpack has no type for is an extension, whose payload is msgpack again. The decoder trusts
nothing: sizes, depth, dtypes and names are checked, and whatever does not fit is a `CodecError`. Values of NumPy and torch
have a room of their own each, see `libraries`.
"""

from nbjudge.codec.decoder import Decoder
from nbjudge.codec.encoder import ByHandle, Encoder
from nbjudge.codec.types import DEPTH, CodecError

__all__ = ["DEPTH", "ByHandle", "CodecError", "Decoder", "Encoder"]
