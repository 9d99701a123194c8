"""What a form says of the version that it was opened at."""

import pytest
from django.http import QueryDict

from kuancheng.records.versions import seen_version


@pytest.mark.parametrize(
    ("posted", "seen"),
    [
        ("seen_version=12", 12),
        ("seen_version=0", 0),
        ("", 0),
        ("seen_version=", 0),
        ("seen_version=-1", 0),
        ("seen_version=1.0", 0),
        ("seen_version=一", 0),
        ("seen_version=１", 0),
        ("seen_version=²", 0),
        ("seen_version=999999999", 999_999_999),
        ("seen_version=1000000000", 0),
        ("seen_version=1&seen_version=2", 2),
    ],
)
def test_a_version_is_a_number_or_none_that_ever_was(posted: str, seen: int) -> None:
    assert seen_version(QueryDict(posted)) == seen


def test_a_list_names_the_version_of_each_record() -> None:
    assert seen_version(QueryDict("version-7=3"), "version-7") == 3
