"""Reads bodies of Google Analytics 4's Measurement Protocol.

The customer is `user_id`, else the visitor `client_id` (or `app_instance_id`). Recommended events get the names and
properties that Segment's e-commerce specification gives them (see `_NAMES`); others keep theirs. User properties go to
the profile. The protocol knows no ids of events: a purchase is recognised by its `transaction_id`; another event by all
that it says, where it has a `timestamp_micros`; one without it can't be recognised when it is repeated.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from domain.events import CART_UPDATED, ORDER_COMPLETED, ORDER_REFUNDED, PRODUCT_VIEWED, SIGNED_IN, IncomingEvent
from domain.external_ids import read_id
from ingestion.segment import Sender, read_call
from store.events import json_text

EVENTS = 25
"""Events a request, as Google limits them."""
SOURCE = "ga4"

_NAMES = {
    "purchase": ORDER_COMPLETED,
    "refund": ORDER_REFUNDED,
    "view_item": PRODUCT_VIEWED,
    "add_to_cart": CART_UPDATED,
    "remove_from_cart": CART_UPDATED,
    "login": SIGNED_IN,
    "page_view": "Page Viewed",
    "screen_view": "Screen Viewed",
}
_ITEM = {
    "item_id": "product_id",
    "item_name": "name",
    "item_brand": "brand",
    "item_category": "category",
    "item_variant": "variant",
}
_PARAMETERS = {"transaction_id": "order_id", "value": "revenue", "page_location": "url", "page_title": "title"}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECONDS_FROM = 10**14
"""Of 1973: what is less counts seconds or milliseconds."""


SERVER = Sender(SOURCE)


def read_events(body: Mapping[str, Any], *, received: datetime, sender: Sender = SERVER) -> list[IncomingEvent | str]:
    """The events of a body, user properties first; a text in place of one that can't be taken says why.

    Raises:
        ValueError: the body is not of the protocol.

    """
    listed = body.get("events")
    if not isinstance(listed, list) or not listed:
        raise ValueError("'events' is not a list of events")
    if len(listed) > EVENTS:
        raise ValueError(f"a request has at most {EVENTS} events")
    who = {"userId": body.get("user_id"), "anonymousId": body.get("client_id") or body.get("app_instance_id")}
    calls: list[dict[str, Any] | str] = []
    properties = body.get("user_properties")
    if isinstance(properties, dict) and properties:
        calls.append({"type": "identify", "traits": {name: _value(item) for name, item in properties.items()}})
    calls += [_call(event, body) for event in listed]
    around = {**who, "userToken": body.get("user_token")}
    sender = replace(sender, source=SOURCE)
    return [call if isinstance(call, str) else _read({**around, **call}, received, sender) for call in calls]


def _read(call: Mapping[str, Any], received: datetime, sender: Sender) -> IncomingEvent | str:
    try:
        return read_call(call, kind=None, sent_at=None, received=received, sender=sender)
    except ValueError as error:
        return str(error)


def _value(item: object) -> object:
    return item.get("value") if isinstance(item, dict) else item


def _call(event: object, body: Mapping[str, Any]) -> dict[str, Any] | str:
    if not isinstance(event, dict) or not isinstance(event.get("name"), str):
        return "an event names itself"
    parameters = event.get("params")
    if parameters is None or parameters == []:  # PHP writes an empty object as []
        parameters = {}
    unusable: object = None
    if not isinstance(parameters, dict):
        parameters, unusable = {}, parameters
    micros = event.get("timestamp_micros", body.get("timestamp_micros"))
    try:
        stamped: object = None if micros is None else _moment(int(micros))
    except (TypeError, ValueError, OverflowError):
        stamped = micros  # the reader of calls says that it is no time, and takes the time of receipt
    return {
        "type": "track",
        "event": _NAMES.get(event["name"], event["name"]),
        "messageId": _message_id(event["name"], parameters, micros, body),
        "timestamp": stamped,
        # the reader of calls says that what is no object is left out
        "properties": _properties(event["name"], parameters) if unusable is None else unusable,
    }


def _moment(micros: int) -> str:
    if 0 < micros < _MICROSECONDS_FROM:
        raise ValueError("seconds or milliseconds in place of microseconds")
    return (_EPOCH + timedelta(microseconds=micros)).isoformat()


def _message_id(name: str, parameters: Mapping[str, Any], micros: object, body: Mapping[str, Any]) -> str | None:
    transaction = read_id(parameters.get("transaction_id")).value
    if name == "purchase" and transaction is not None:
        return f"ga4:purchase:{transaction}"
    if micros is None:
        return None
    said = json_text.dumps([body.get("user_id"), body.get("client_id"), name, parameters, micros])
    return f"ga4:{hashlib.sha256(said.encode('utf-8', 'surrogatepass')).hexdigest()}"


def _properties(name: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    given: dict[str, Any] = {_PARAMETERS.get(key, key): value for key, value in parameters.items() if key != "items"}
    listed = parameters.get("items")
    items: list[dict[str, Any]] = [
        {_ITEM.get(str(key), str(key)): value for key, value in item.items()}
        for item in (listed if isinstance(listed, list) else [])
        if isinstance(item, dict)
    ]
    if name == "view_item" and items:
        return items[0] | given
    return given | ({"products": items} if items else {})
