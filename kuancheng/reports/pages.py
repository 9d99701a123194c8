"""What every page of the site is: asked by declared parameters, shown to whoever may see it."""

from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from typing import Any, ClassVar

from django.contrib.auth.mixins import LoginRequiredMixin, PermissionRequiredMixin
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError
from django.db.models import Model
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views import View

from kuancheng.access.rights import NotAllowed
from kuancheng.access.views import refusal
from kuancheng.asking.paging import NoSuchPage
from kuancheng.asking.parameters import BadParameters, Parameters
from kuancheng.audit.files import exported
from kuancheng.database.faults import DISPENSABLE
from kuancheng.database.turns import patience
from kuancheng.documents.document import Document
from kuancheng.documents.kinds import DocumentKind
from kuancheng.documents.services import written
from kuancheng.documents.word.writing import CONTENT_TYPE
from kuancheng.records.versions import StaleRecord
from kuancheng.reports.questions import asked_of

REFUSALS = (ValidationError, IntegrityError, StaleRecord, NotAllowed)
"""What a service says no by; a form's `object_to` shows it."""


class AskedView(View):
    """Answers from declared parameters; what cannot be answered is told, not swallowed."""

    parameters: ClassVar[type[Parameters]] = Parameters

    def asked(self) -> Any:
        """What the address asks for. BadParameters when it cannot be understood."""
        return asked_of(self.parameters, self.request.GET)

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **kwargs)
        except BadParameters as error:
            return bad_request(request, error, self.parameters)
        except NoSuchPage as error:
            return no_such_page(request, error)


class Page(LoginRequiredMixin, PermissionRequiredMixin, AskedView):
    """A page for whoever may view the portfolio."""

    permission_required = "projects.view_project"
    raise_exception = False

    def handle_no_permission(self) -> Any:
        if self.request.user.is_authenticated:
            return forbidden(self.request)
        return super().handle_no_permission()


class AnsweredFirst(HttpResponse):
    """A page that does something more when it is out; what fails then is no fault of the page."""

    def __init__(self, page: str, afterwards: Callable[[], None]) -> None:
        super().__init__(page)
        self.afterwards = afterwards

    def close(self) -> None:
        with suppress(DatabaseError), patience(DISPENSABLE):
            self.afterwards()
        super().close()


def word_response(
    request: HttpRequest, kind: DocumentKind, document: Document, name: str, subject: Model
) -> FileResponse:
    """A document as a Word file to keep, in the office's template where it has one. Two queries."""
    content = BytesIO(written(kind.code, document))
    return exported(request, content, name, subject=subject, content_type=CONTENT_TYPE)


def bad_request(
    request: HttpRequest,
    exception: Exception | None = None,
    asked: type[Parameters] = Parameters,
) -> HttpResponse:
    """400: names what was wrong with the address, in the words of the parameters `asked` for."""
    errors = exception.in_words(asked) if isinstance(exception, BadParameters) else []
    back = (request.path, "去掉条件重新查看")
    return refusal(request, 400, "网址中的条件有误", "没有按这些条件查询：", errors, back)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: who to ask."""
    detail = "您的账号没有查看这一页的权限，请联系系统管理员分配角色。"
    return refusal(request, 403, "没有权限", detail)


def no_such_page(request: HttpRequest, exception: NoSuchPage) -> HttpResponse:
    """404 past the last page of a list: which page, and how many there are."""
    params = request.GET.copy()
    params.pop("page", None)
    first = f"{request.path}?{params.urlencode()}" if params else request.path
    back = (first, "回到第 1 页")
    return refusal(request, 404, "没有这一页", str(exception), back=back)
