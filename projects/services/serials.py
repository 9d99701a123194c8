"""Numbers that are given in a row, a kind and a year at a time: 〔2024〕N号."""

from projects.models import Serial


def next_serial(kind: str, year: int) -> int:
    """The next of that kind and year, without a gap: given with the change, or not at all."""
    Serial.objects.get_or_create(kind=kind, year=year)
    serial = Serial.objects.select_for_update().get(kind=kind, year=year)
    serial.last += 1
    serial.save(update_fields=["last"])
    return serial.last


def next_number(kind: str, year: int) -> str:
    """The same as it is written: 交办〔2024〕12号."""
    return f"{kind}〔{year}〕{next_serial(kind, year)}号"
