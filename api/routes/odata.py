"""An OData 4 feed of the views for BI, for Power BI, Tableau and Excel: they sign in with an API key as password."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request, Response, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBasic, HTTPBasicCredentials, HTTPBearer

from api.dependencies import ServicesDep, Transaction, caller_of
from api.odata_metadata import metadata, service
from api.problems import responses
from api.routes.bi import ViewName, view_named
from domain.errors import InvalidError, NotFoundError, UnauthorizedError
from domain.i18n import sentence
from domain.odata import Compared, Filter, parse_filter
from domain.vocabulary import Role
from store.bi import odata
from store.bi.contract import BiView, views
from store.bi.odata import RowQuestion
from store.database.engine import unhurried

_basic = HTTPBasic(auto_error=False, scheme_name="odata", description="Any user name, an API key as password.")
_bearer = HTTPBearer(auto_error=False, scheme_name="bearer", description="An API key.")
PAGE = 20_000
_VERSION = {"OData-Version": "4.0"}
_KNOWN = {"$filter", "$select", "$top", "$skip", "$count", "$orderby", "$skiptoken", "$format"}
_LARGEST = 2**53


async def signed_in(
    services: ServicesDep,
    basic: Annotated[HTTPBasicCredentials | None, Security(_basic)],
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
) -> None:
    """Let in whoever has an API key: as a bearer, or as the password of Basic authentication.

    Raises:
        UnauthorizedError: no key, or one that is unknown or revoked.

    """
    key = bearer.credentials if bearer else basic.password if basic else None
    if not key:
        raise UnauthorizedError(sentence("key_wanted"))
    caller = await caller_of(services, key)
    if caller is None or caller.role == Role.TILL:
        raise UnauthorizedError(sentence("key_unknown"))


router = APIRouter(prefix="/odata", tags=["bi"], dependencies=[Depends(signed_in)])
_READ = responses(401, 403, 404, 422)
_JSON = "application/json;odata.metadata=minimal"


def _root(services: Any) -> str:
    return f"{services.settings.public_url.rstrip('/')}/odata/"


@router.get("/", responses=responses(401))
async def get_service(services: ServicesDep) -> Response:
    """The service document: what there is to read."""
    return Response(json.dumps(service(_root(services), views().values())), media_type=_JSON, headers=_VERSION)


@router.get("/$metadata", responses=responses(401), response_class=Response)
async def get_metadata() -> Response:
    """The model as CSDL XML."""
    return Response(metadata(views().values()), media_type="application/xml", headers=_VERSION)


@router.get("/{view}/$count", responses=_READ, response_class=Response)
async def count_rows(view: ViewName, request: Request, session: Transaction) -> Response:
    """How many rows there are, as plain text."""
    found, asked = view_named(view), _options(request)
    await unhurried(session)
    total = await odata.count(session, found, _filter(found, asked))
    return Response(str(total), media_type="text/plain", headers=_VERSION)


@router.get("/{view}", responses=_READ, response_class=Response)
async def read_rows(view: str, request: Request, services: ServicesDep, session: Transaction) -> Response:
    """Rows, page by page: `$filter`, `$select`, `$orderby`, `$top`, `$skip`, `$count`; `@odata.nextLink` goes on."""
    name, key = _named(view)
    found, asked = view_named(name), _options(request)
    await unhurried(session)
    question = _question(found, asked, key)
    rows = await odata.rows(session, question)
    body: dict[str, Any] = {"@odata.context": f"{_root(services)}$metadata#{name}"}
    if key is not None:
        if not rows:
            raise NotFoundError(f"{name} has no such row")
        return _answer({**body, "@odata.context": body["@odata.context"] + "/$entity"}, None, rows[0][1])
    if asked.get("$count") == "true":
        body["@odata.count"] = await odata.count(session, found, question.where)
    following = _next(asked, question, rows)
    if following:
        body["@odata.nextLink"] = f"{_root(services)}{name}?{urlencode(following)}"
    return _answer(body, [row for _, row in rows], None)


def _answer(body: dict[str, Any], rows: list[str] | None, one: str | None) -> Response:
    head = json.dumps(body)[:-1]
    content = f"{head}, {one[1:]}" if one is not None else f'{head}, "value": [{", ".join(rows or [])}]}}'
    return Response(content, media_type=_JSON, headers=_VERSION)


def _named(given: str) -> tuple[str, str | None]:
    """("fact_messages", None), or ("fact_messages", "<key>") of fact_messages('<key>')."""
    name, bracket, rest = given.partition("(")
    if not bracket:
        return name, None
    if not rest.endswith(")"):
        raise InvalidError("a key stands in brackets: fact_messages('...')")
    key = rest[:-1]
    return name, key[1:-1].replace("''", "'") if len(key) > 1 and key[0] == key[-1] == "'" else key


def _options(request: Request) -> dict[str, str]:
    asked = dict(request.query_params)
    for name in asked:
        if name.startswith("$") and name not in _KNOWN:
            raise InvalidError(f"{name} is not supported; these are: {', '.join(sorted(_KNOWN))}")
    if asked.get("$format", "json") not in ("json", "application/json", _JSON):
        raise InvalidError("$format: JSON only")
    if asked.get("$count", "false") not in ("true", "false"):
        raise InvalidError("$count: true or false")
    return asked


def _filter(view: BiView, asked: dict[str, str]) -> Filter | None:
    text = asked.get("$filter")
    return parse_filter(text, {each.name: each.type for each in view.columns}) if text else None


def _question(view: BiView, asked: dict[str, str], key: str | None) -> RowQuestion:
    where = Compared(view.key.name, "eq", key) if key is not None else _filter(view, asked)
    if key is not None and view.key.type != "text":
        where = parse_filter(f"{view.key.name} eq {key}", {view.key.name: view.key.type})
    order = _order(view, asked.get("$orderby", ""))
    after, passed = _token(asked.get("$skiptoken"), by_key=not order)
    if after is not None and view.key.type == "date":
        parse_filter(f"{view.key.name} eq {after}", {view.key.name: "date"})
    top = _number(asked, "$top", PAGE)
    return RowQuestion(
        view=view,
        columns=_selected(view, asked.get("$select")),
        where=where,
        after=after,
        order=order,
        skip=passed if "$skiptoken" in asked else _number(asked, "$skip", 0),
        limit=min(top, PAGE),
    )


def _number(asked: dict[str, str], name: str, default: int) -> int:
    text = asked.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise InvalidError(f"{name}: a number from 0")
    return int(text)


def _selected(view: BiView, text: str | None) -> list[str]:
    known = [each.name for each in view.columns]
    if not text or text.strip() == "*":
        return known
    wanted = list(dict.fromkeys(each.strip() for each in text.split(",")))
    unknown = [each for each in wanted if each not in known]
    if unknown:
        raise InvalidError(f"$select: {view.name} has no property {unknown[0]!r}")
    return wanted


def _order(view: BiView, text: str) -> list[tuple[str, bool]]:
    found = []
    for part in filter(None, (each.split() for each in text.split(","))):
        if part[0] not in {each.name for each in view.columns} or part[1:] not in ([], ["asc"], ["desc"]):
            raise InvalidError(f"$orderby: {' '.join(part)!r} is no property with asc or desc")
        found.append((part[0], part[1:] == ["desc"]))
    return found


def _token(text: str | None, *, by_key: bool) -> tuple[str | None, int]:
    """(the key that the page before ended with, rows that were passed)."""
    if text is None:
        return None, 0
    try:
        told = urlsafe_b64decode(text.encode()).decode()
        if "\x00" in told:
            raise ValueError(told)
        return (told, 0) if by_key else (None, min(int(told), _LARGEST))
    except ValueError:
        raise InvalidError("$skiptoken: use @odata.nextLink as it is") from None


def _next(asked: dict[str, str], question: RowQuestion, rows: list[tuple[str, str]]) -> dict[str, str] | None:
    top = _number(asked, "$top", _LARGEST)
    if len(rows) < question.limit or not rows or top <= len(rows):
        return None
    told = str(question.skip + len(rows)) if question.order else rows[-1][0]
    following = {key: value for key, value in asked.items() if key not in ("$skip", "$count", "$skiptoken")}
    if "$top" in asked:
        following["$top"] = str(top - len(rows))
    return {**following, "$skiptoken": urlsafe_b64encode(told.encode()).decode()}
