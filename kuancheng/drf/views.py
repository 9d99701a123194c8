"""What every resource of the API does: answers what it declares, and changes nothing."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, ClassVar, cast

from django.db.models import QuerySet
from django.utils.cache import patch_vary_headers
from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from kuancheng.asking.fields import shown
from kuancheng.asking.parameters import Parameters, ask, days_of
from kuancheng.drf.masking import Masking, check_asked, parts_of, reads, refuse_above
from kuancheng.drf.rows import Record, RowSerializer, reading
from kuancheng.records.classes import DataClass


class AskedViewSet(GenericViewSet[Any]):
    """Answers from declared parameters; `queryset` says whose rights are needed.

    `parameters` names, for each action, what may be asked; `asked` is what was.
    """

    queryset: QuerySet[Any]
    parameters: ClassVar[dict[str, type[Parameters]]] = {}
    about: ClassVar[dict[str, str]] = {}
    """For each action, what it answers, in Chinese."""

    answers: ClassVar[dict[str, type[BaseSerializer[Any]]]] = {}
    """For each action that answers otherwise than `get_serializer_class` says, with what."""

    kept_at: ClassVar[dict[str, DataClass]] = {}
    """For each action that answers with what cannot be masked, the class of it."""

    asked: Parameters

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        super().initial(request, *args, **kwargs)
        if self.action:
            refuse_above(self.kept_at.get(self.action, DataClass.PUBLIC), reads(request))
            kind = self.parameters.get(self.action, Parameters)
            self.asked = ask(kind, request.query_params, self._bare())
            check_asked(self.asked, self.queryset.model.__name__, reads(request))

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """The answer as the requester's key may read it: the one place where it is masked."""
        if isinstance(response, Response) and not response.exception:
            limit = reads(request)
            if limit is not DataClass.SENSITIVE:
                response.data = Masking(limit).answer(response.data, parts_of(self.answer_kind()))
        response = super().finalize_response(request, response, *args, **kwargs)
        patch_vary_headers(response, ("Authorization",))
        return response

    def answer_kind(self) -> type[BaseSerializer[Any]]:
        """The serializer that describes the answer of this action."""
        return self.answers.get(str(self.action)) or self.get_serializer_class()

    @property
    def as_of(self) -> date:
        """The day that the answer holds for."""
        return days_of(self.asked).as_of

    def noun(self) -> str:
        """What one of the records is called."""
        return str(self.queryset.model._meta.verbose_name)

    def _bare(self) -> QuerySet[Any]:
        return self.queryset.all()


class RecordsViewSet(AskedViewSet):
    """Lists and single records of one model, as flat rows.

    A list finds the ids of its page first, then reads only these rows.
    """

    http_method_names = ["get", "head"]
    serializer_class: type[RowSerializer]
    lookup_value_regex = r"[0-9]{1,18}"

    def list(self, request: Request) -> Response:
        """One page. The count, the ids, the rows, and whatever `with_parts` asks."""
        matching = self.asked.filter_queryset(self.get_queryset())
        pks = self.paginate_queryset(matching.values_list("pk", flat=True))
        return self.get_paginated_response(self.rows(pks or []))

    def retrieve(self, request: Request, **kwargs: str) -> Response:
        """One record by its lookup value."""
        rows = self.rows(self.named().values_list("pk", flat=True))
        if not rows:
            raise self.not_found()
        return Response(rows[0])

    def named(self) -> QuerySet[Any]:
        """The record that the address names, if there is one."""
        return self.get_queryset().filter(**{self.lookup_field: self._value()})

    def not_found(self) -> NotFound:
        """What to raise when there is none."""
        key = "id" if self.lookup_field == "id" else "编号"
        return NotFound(f"没有{key}为{shown(self._value())}的{self.noun()}。")

    def rows(self, pks: Iterable[int]) -> Sequence[Record]:
        """The rows of these ids, in their order; one that has vanished meanwhile is left out."""
        plan = reading(cast("type[RowSerializer]", self.get_serializer_class()))
        ids = list(pks)
        records = self._bare().filter(pk__in=ids).order_by().values("pk", *plan.columns)
        by_pk = {record["pk"]: record for record in records}
        found = [by_pk[pk] for pk in ids if pk in by_pk]
        self.with_parts(found)
        return [plan.row(record) for record in found]

    def with_parts(self, records: Sequence[Record]) -> None:
        """Adds to the records what their own table does not hold; nothing by default."""

    def _value(self) -> str:
        return str(self.kwargs[self.lookup_url_kwarg or self.lookup_field])


class UnknownPath(APIView):
    """Answers for every address that the API does not have."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    schema = None

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        raise NotFound(f"接口没有地址 {shown(request.path, 100)}，全部地址见 /api/v1/docs/。")
