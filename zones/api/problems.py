"""Every refusal of the API as problem JSON (RFC 9457), from one table; decides no rights."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, JsonResponse
from rest_framework import exceptions
from rest_framework.settings import api_settings
from rest_framework.views import set_rollback

from zones.geocoder import OutsideGeocoderError

MEDIA_TYPE = "application/problem+json"

#: First match wins. The frame's own errors carry status and code themselves.
TABLE: tuple[tuple[type[Exception], HTTPStatus, str], ...] = (
    (ValidationError, HTTPStatus.BAD_REQUEST, "invalid"),
    (Http404, HTTPStatus.NOT_FOUND, "not_found"),
    (PermissionDenied, HTTPStatus.FORBIDDEN, "permission_denied"),
    (OutsideGeocoderError, HTTPStatus.SERVICE_UNAVAILABLE, "geocoder_unavailable"),
)

Fault = dict[str, str]


def problem_response(error: Exception, context: dict[str, Any]) -> JsonResponse | None:
    """Turn an exception into a problem document; an unknown one stays an exception.

    Wrong parameters are listed by name under `errors`, each with a stable `code` and a sentence
    that says what to do.
    """
    found = _status(error)
    if found is None:
        return None
    status, code = found
    set_rollback()
    document = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": _detail(error) or HTTPStatus(status).phrase,
        "instance": context["request"].path,
        "code": code,
    }
    errors = _errors(error)
    if errors:
        document["errors"] = errors
    return JsonResponse(document, status=status, content_type=MEDIA_TYPE, headers=_headers(error))


def _status(error: Exception) -> tuple[int, str] | None:
    if isinstance(error, exceptions.APIException):
        return error.status_code, str(error.default_code)
    for kind, status, code in TABLE:
        if isinstance(error, kind):
            return status.value, code
    return None


def _detail(error: Exception) -> str:
    errors = _errors(error)
    if errors:
        return " ".join(fault["detail"] for faults in errors.values() for fault in faults)
    if isinstance(error, exceptions.APIException):
        return str(error.detail)
    return str(error)


def _errors(error: Exception) -> dict[str, list[Fault]]:
    """Faults by parameter name; those of no single parameter stand under ``""``."""
    if isinstance(error, exceptions.ValidationError):
        detail = error.detail
        by_name = detail if isinstance(detail, dict) else {"": detail}
        return {_name(name): _faults(faults) for name, faults in by_name.items()}
    if isinstance(error, ValidationError):
        named = getattr(error, "path", "")
        return {
            named: [
                {"code": one.code or "invalid", "detail": " ".join(one.messages)}
                for one in error.error_list
            ]
        }
    return {}


def _name(name: object) -> str:
    return "" if name == api_settings.NON_FIELD_ERRORS_KEY else str(name)


def _faults(details: Any) -> list[Fault]:
    listed = [details] if isinstance(details, str) else details
    return [{"code": str(getattr(one, "code", "invalid")), "detail": str(one)} for one in listed]


def _headers(error: Exception) -> dict[str, str]:
    headers = {}
    if auth := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = auth
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait) + 1)
    return headers
