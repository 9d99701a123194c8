"""Pages travel compressed; nothing else does."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class CompressedPages(GZipMiddleware):
    """Compresses HTML, in a length that changes each time, so that it tells no secret (BREACH).

    What the API answers is left as it is: its validators stay strong. Files on their way are not
    HTML either, and static files are compressed when they are collected.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """The page compressed where the browser takes it, anything else untouched."""
        if not response.get("Content-Type", "").startswith("text/html"):
            return response
        return super().process_response(request, response)
