"""How lists show figures and times, and sort by them."""

from decimal import Decimal

from django.db.models import F, OrderBy


class Known(F):
    """A column to sort by; what is not reported comes last either way."""

    def asc(self, **kwargs: object) -> OrderBy:
        return super().asc(**kwargs | {"nulls_last": True})

    def desc(self, **kwargs: object) -> OrderBy:
        return super().desc(**kwargs | {"nulls_last": True})


def amount(value: Decimal | None) -> str:
    """万元 with thousands separators, “—” for not reported."""
    return "—" if value is None else f"{value:,.2f}".removesuffix(".00")
