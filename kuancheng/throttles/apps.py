"""The app that says who must wait."""

from django.apps import AppConfig


class ThrottlesConfig(AppConfig):
    """Failed logins, addresses that are known, and how much one asker may ask."""

    name = "kuancheng.throttles"
    label = "throttles"
    verbose_name = "访问限速"
