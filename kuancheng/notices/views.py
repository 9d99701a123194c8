"""The pages of a person's own notices: for everybody with an account, and of nobody else."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import View

from kuancheng.access.rights import account
from kuancheng.access.views import refusal
from kuancheng.asking.paging import NoSuchPage
from kuancheng.asking.parameters import BadParameters, ask, filled
from kuancheng.notices.models import Notice
from kuancheng.notices.page import InboxParameters, SettingsForm, inbox, settings_page
from kuancheng.notices.services import mark_all_read, mark_read, save_preferences


class Inbox(LoginRequiredMixin, View):
    """通知: what the reader was told, newest first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        reader = account(request)
        asked = filled(InboxParameters, request.GET)
        try:
            question = ask(InboxParameters, asked, Notice.objects.all())
            return render(request, "notices/inbox.html", inbox(reader, question))
        except BadParameters as error:
            said = ("网址中的条件有误", "没有按这些条件查询：", error.sentences)
            return refusal(request, 400, *said, back=(request.path, "查看全部通知"))
        except NoSuchPage as error:
            back = (request.path, "回到第 1 页")
            return refusal(request, 404, "没有这一页", str(error), back=back)


class OpenNotice(LoginRequiredMixin, View):
    """Marks one's notice as read and leads to what it is about."""

    def get(self, request: HttpRequest, number: int) -> HttpResponse:
        reader = account(request)
        notice = get_object_or_404(Notice.objects.visible_to(reader), pk=number)
        mark_read(reader=reader, ids=[notice.pk])
        return redirect(notice.link or "notices")


class ReadNotices(LoginRequiredMixin, View):
    """Marks one notice as read, or all that the page knew of."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        reader, sent = account(request), request.POST
        if (number := _number(sent.get("notice"))) is not None:
            mark_read(reader=reader, ids=[number])
        elif (upto := _number(sent.get("upto"))) is not None:
            done = mark_all_read(reader=reader, upto=upto)
            messages.success(request, f"{done} 条通知已标为已读。" if done else "没有未读的通知。")
        else:
            return refusal(request, 400, "提交的内容不完整", "没有标为已读，请刷新后再试。")
        return HttpResponseRedirect(_back(request))


class NoticeSettings(LoginRequiredMixin, View):
    """通知设置: how the reader wants to be told, and when not."""

    def get(self, request: HttpRequest) -> HttpResponse:
        person = account(request)
        return self._page(person, SettingsForm(person))

    def post(self, request: HttpRequest) -> HttpResponseBase:
        person = account(request)
        form = SettingsForm(person, request.POST)
        if not form.is_valid():
            return self._page(person, form, status=400)
        save_preferences(person=person, modes=form.modes, quiet=form.quiet)
        messages.success(request, "通知设置已保存。")
        return redirect("notice-settings")

    def _page(self, person: Any, form: SettingsForm, status: int = 200) -> HttpResponse:
        context = settings_page(person, form)
        return render(self.request, "notices/settings.html", context, status=status)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


def _back(request: HttpRequest) -> str:
    """The page of the list that the button stood on."""
    address = request.POST.get("back", "")
    own = url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return address if own and address.startswith("/notices/") else "/notices/"
