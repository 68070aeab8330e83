"""What the application knows of a vendor: one descriptor a vendor, in `providers/<vendor>/__init__.py`."""

from collections.abc import Callable
from dataclasses import dataclass

from config.settings import Settings
from domain.vocabulary import Channel
from providers.base import Provider, Webhook


@dataclass(frozen=True)
class Acknowledgement:
    """What a vendor reads as the answer to its webhook call."""

    body: str
    media_type: str


@dataclass(frozen=True)
class Vendor:
    """One vendor: what it sends on, whether its keys are there, and how to make its two halves.

    Makers import their SDK when called: the API checks channels without loading any.
    """

    name: str
    """As the settings and `/webhooks/{name}` call it."""
    channels: frozenset[Channel]
    can_send: Callable[[Settings], bool]
    make_provider: Callable[[Settings], Provider]
    can_hear: Callable[[Settings], bool]
    make_webhook: Callable[[Settings], Webhook]
    can_send_on: Callable[[Settings, Channel], bool] = lambda _settings, _channel: True
    """Whether what one of its channels needs beside its keys is there, e.g. a sender."""
    webhook_fetches: bool = False
    """Whether its webhook asks the vendor for something while it reads a call: it is then run in a thread."""
    acknowledge: Callable[[str], Acknowledgement] | None = None
    """For a vendor that reads the answer to its call as instructions: the answer that says these words to the
    customer, or nothing where they are empty. None: it reads the status alone."""
