"""Who may read through the API."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory
from rest_framework.views import APIView

from kuancheng.access.permissions import MayViewModel
from tests import factories


@pytest.mark.django_db
def test_view_that_names_neither_model_nor_permission_says_so(rf: RequestFactory) -> None:
    request = rf.get("/")
    request.user = factories.user()
    with pytest.raises(ImproperlyConfigured, match="APIView has no model"):
        MayViewModel().has_permission(request, APIView())
