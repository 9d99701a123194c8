"""单位 and 干部 in the admin; both are picked by pinyin wherever a form needs one."""

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from kuancheng.access.rights import account
from kuancheng.records.admin import RecordAdmin
from projects.models import Agency, Official
from projects.services import delete_reference, save_reference

PINYIN_HELP = "可用名称、拼音或拼音首字母查找。"


class ReferenceAdmin(RecordAdmin):
    """Lists that projects refer to."""

    search_fields = ("search_key",)
    search_help_text = PINYIN_HELP

    def save_model(
        self, request: HttpRequest, obj: Agency | Official, form: forms.ModelForm, change: bool
    ) -> None:
        save_reference(record=obj, actor=account(request))

    def delete_model(self, request: HttpRequest, obj: Agency | Official) -> None:
        delete_reference(record=obj, actor=account(request))


@admin.register(Agency)
class AgencyAdmin(ReferenceAdmin):
    list_display = ("name", "kind", "uscc", "order", "updated_at")
    list_filter = ("kind",)
    fields = ("name", "kind", "uscc", "order")


@admin.register(Official)
class OfficialAdmin(ReferenceAdmin):
    list_display = ("name", "post", "agency", "user", "left_on", "order", "updated_at")
    list_filter = (("agency", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("agency", "user")
    fields = ("name", "post", "agency", "user", "left_on", "order")
    autocomplete_fields = ("agency",)
