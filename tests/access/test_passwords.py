"""The password policy: at least eight characters of three classes, and none of the usual ones."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from kuancheng.access.models import User


@pytest.mark.parametrize(
    "password", ["Kuancheng2024", "kuancheng-2024", "KUANCHENG-2024", "Kuancheng-x", "宽城区aB2024"]
)
def test_three_classes_are_enough(password: str) -> None:
    validate_password(password)


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("kuancheng2024", "至少三类"),
        ("KUANCHENG2024", "至少三类"),
        ("kuancheng-only", "至少三类"),
        ("202410151530", "至少三类"),
        ("Ab-2024", "8"),
        ("P@ssw0rd", "常"),
    ],
)
def test_weak_passwords_are_told_why(password: str, sentence: str) -> None:
    with pytest.raises(ValidationError) as refused:
        validate_password(password)
    assert sentence in "；".join(refused.value.messages)


def test_password_like_the_name_is_refused() -> None:
    with pytest.raises(ValidationError):
        validate_password("Zhangsan-1", User(username="zhangsan1"))
