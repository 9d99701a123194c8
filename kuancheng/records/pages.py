"""Pages of a record's admin beside its list and its form."""

from typing import Any, ClassVar

from django.contrib.admin import ModelAdmin
from django.contrib.admin.utils import unquote
from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.views import View


class AdminPage(View):
    """One page. Its admin says who may do what; `name` ends the name of its address."""

    name: ClassVar[str]
    gone: ClassVar[str] = "没有这条记录，可能已被删除。"
    template_name: ClassVar[str] = ""
    owner: Any = None

    @classmethod
    def at(cls, route: str, owner: "ModelAdmin[Any]") -> URLPattern:
        """The page's place among the addresses of its admin."""
        view = owner.admin_site.admin_view(cls.as_view(owner=owner))
        meta = owner.opts
        return path(route, view, name=f"{meta.app_label}_{meta.model_name}_{cls.name}")

    def record(self, object_id: str) -> Any:
        """The record that the address names. Http404 when it is gone."""
        found = self.owner.get_object(self.request, unquote(object_id))
        if found is None:
            raise Http404(self.gone)
        return found

    def page(self, title: str, **context: object) -> TemplateResponse:
        """The page in the admin's frame."""
        frame = self.owner.admin_site.each_context(self.request)
        shown = {**frame, "title": title, "opts": self.owner.opts, **context}
        return TemplateResponse(self.request, self.template_name, shown)
