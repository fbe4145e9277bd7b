"""四捨五入 on exact counts: the only rounding a printed figure sees."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from scipy import special


def percent_of(count: int, n: int) -> Decimal:
    """100·count/n, exact to 28 digits. Raises ZeroDivisionError for an empty base."""
    if n == 0:
        raise ZeroDivisionError("a percentage of an empty base")
    return Decimal(100) * Decimal(count) / Decimal(n)


def half_up(value: Decimal | float, decimals: int) -> str:
    """`value` with so many decimals, halves away from zero.

    A float is taken at its shortest decimal that reads back the same, so that a computed 8.95 rounds as it is printed,
    not as its binary neighbour (8.949…).
    """
    exact = value if isinstance(value, Decimal) else Decimal(repr(float(value)))
    return str(exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP))


def printed_quantile(level: float) -> float:
    """The normal quantile of a two-sided interval with two decimals, as reports print it: 1.96 at 0.95."""
    return float(half_up(float(special.ndtri((1 + level) / 2)), 2))
