"""Lists in pages: `{"count", "next", "previous", "results"}`."""

from typing import Any

from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request

from kuancheng.asking.paging import page_of

PAGE_SIZE = 50


class Pages(PageNumberPagination):
    """Cuts the page that the view's parameters name. Two queries: the count, and the page."""

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        """NoSuchPage past the last page."""
        asked = view.asked.form.cleaned_data
        self.page = page_of(queryset, asked["page"], asked["page_size"] or PAGE_SIZE)
        self.request = request
        return list(self.page)

    def get_schema_operation_parameters(self, view: object) -> list[dict[str, Any]]:
        """None: the view's parameters hold them."""
        return []

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The envelope, in Chinese."""
        link = {"type": "string", "nullable": True, "format": "uri"}
        return {
            "type": "object",
            "description": "一页",
            "required": ["count", "next", "previous", "results"],
            "properties": {
                "count": {"type": "integer", "description": "符合条件的总条数。"},
                "next": link | {"description": "下一页的地址，没有下一页时为空。"},
                "previous": link | {"description": "上一页的地址，没有上一页时为空。"},
                "results": schema | {"description": "本页各条。"},
            },
        }
