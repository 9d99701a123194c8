"""What the page of the office's templates shows."""

from dataclasses import dataclass
from typing import Any

from kuancheng.access.models import User
from kuancheng.asking.filters import NumberFilter
from kuancheng.asking.paging import page_of
from kuancheng.asking.parameters import Parameters
from kuancheng.documents.kinds import DocumentKind, kinds
from kuancheng.documents.models import OfficeTemplate
from kuancheng.documents.office.fields import CODE, PARTS, WORDS
from kuancheng.documents.services import ADD, CHANGE
from kuancheng.reports.documents.forms import TemplateForm

PAGE_SIZE = 30


class TemplateParameters(Parameters):
    """Which page of the list."""

    no_past = "公文模板只列现在的；每一版何时上传、何时停用都写在清单里。"

    page = NumberFilter(minimum=1, label="页码，从 1 起")


@dataclass(frozen=True)
class KindInForce:
    """A kind of document, and the template that it is written in; None for our own page."""

    kind: DocumentKind
    template: OfficeTemplate | None


def template_list(asked: TemplateParameters, form: TemplateForm, user: User) -> dict[str, Any]:
    """The template's context. Three queries; NoSuchPage past the end."""
    standing = {each.kind: each for each in OfficeTemplate.objects.in_force()}
    every = OfficeTemplate.objects.select_related("uploaded_by", "withdrawn_by")
    found = every.order_by("-uploaded_at", "-pk")
    return {
        "kinds": [KindInForce(each, standing.get(each.code)) for each in kinds()],
        "in_force": {each.pk for each in standing.values()},
        "page": page_of(found, asked.form.cleaned_data["page"], PAGE_SIZE),
        "form": form,
        "may_add": user.has_perm(ADD),
        "may_withdraw": user.has_perm(CHANGE),
        "words": list(WORDS),
        "parts": PARTS,
        "code_field": CODE,
    }
