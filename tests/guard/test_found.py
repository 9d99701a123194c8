"""What the matrix of addresses and accounts has found, mended."""

import pytest
from django.test import Client

from kuancheng.access.roles import REVIEWER
from projects.models import Programme
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_list_with_projects_is_kept_and_the_reason_told(client: Client) -> None:
    programme = factories.programme(factories.project())
    client.force_login(factories.user(REVIEWER))
    page = f"/admin/projects/programme/{programme.pk}/delete/"
    answer = client.post(page, {"post": "yes"}, follow=True)
    assert answer.status_code == 200
    assert "清单里还有项目，不能删除" in answer.text
    assert Programme.objects.filter(pk=programme.pk).exists()
