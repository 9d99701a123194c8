"""The password policy that Django has no validator for."""

import re

from django.core.exceptions import ValidationError

CLASSES = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^a-zA-Z0-9]")
REQUIRED = 3


class ThreeClassesValidator:
    """At least three of lower case, upper case, digits and signs (GB/T 22239-2019 8.1.4.1)."""

    def validate(self, password: str, user: object = None) -> None:
        if sum(bool(re.search(pattern, password)) for pattern in CLASSES) < REQUIRED:
            raise ValidationError(self.get_help_text(), code="password_classes")

    def get_help_text(self) -> str:
        return "口令须包含小写字母、大写字母、数字、符号中的至少三类。"
