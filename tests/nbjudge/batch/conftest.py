"""The small course as these tests find it."""

from tests.nbjudge.record.fixtures import fresh, postgres, released, stock

__all__ = ["fresh", "postgres", "released", "stock"]
