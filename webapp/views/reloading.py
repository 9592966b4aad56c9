"""Pages that are opened anew when a job shown on them has ended."""

from flask import Response, request


def asked_again() -> bool:
    """Tell whether a script asks for the page, to have it opened anew."""
    return "HX-Request" in request.headers


def open_anew() -> Response:
    """Tell the script to open this address as a page of its own."""
    return Response(headers={"HX-Redirect": request.full_path.rstrip("?")})
