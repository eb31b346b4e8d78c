"""How values go from a worker to a judge: plain data by value, anything else as a handle. Nothing is ever unpickled.

A message is msgpack. What msgpack has no type for is an extension, whose payload is msgpack again. The decoder trusts
nothing: sizes, depth, dtypes and names are checked, and whatever does not fit is a `CodecError`.

encoder        a value of the worker, as bytes
decoder        the same in the judge
types          the extensions, and what bounds them
libraries      which of NumPy and torch are installed; `numpy_values`, `torch_values`: the values of each
"""

from nbjudge.codec.decoder import Decoder
from nbjudge.codec.encoder import ByHandle, Encoder
from nbjudge.codec.types import DEPTH, CodecError

__all__ = ["DEPTH", "ByHandle", "CodecError", "Decoder", "Encoder"]
