"""The wire under the vendors' SDKs: kept connections, no hidden retries, failures told apart by what they mean."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import MaxRetryError, NewConnectionError

from providers.base import (
    AmbiguousError,
    ConfigurationError,
    PermanentError,
    SendError,
    ThrottledError,
    TransientError,
)

Result = TypeVar("Result")

CONNECT_SECONDS = 3.0
READ_SECONDS = 10.0
CALL_SECONDS = 15.0
"""The whole call, queueing in the SDK and refreshing a token included."""
QUEUE_SECONDS = 10.0
"""How long a send waits for a free connection before it is given back, surely unsent."""
CONNECTIONS = 32

_log = logging.getLogger(__name__)


def retry_after_seconds(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Seconds to wait, from Retry-After (a number or an HTTP date) or SendGrid's X-RateLimit-Reset (Unix time)."""
    now = now or datetime.now(UTC)
    value = headers.get("Retry-After")
    if value is not None:
        try:
            return max(0.0, float(value))
        except ValueError:
            pass
        try:
            moment = parsedate_to_datetime(value)
        except ValueError:
            return None
        return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds())
    reset = headers.get("X-RateLimit-Reset", "")
    return max(0.0, float(reset) - now.timestamp()) if reset.isdigit() else None


NotTaken = Mapping[int, str]
"""Statuses of 500 and more by which a vendor says that it surely did not take a request: status -> where it says so."""

BY_STANDARD: NotTaken = {
    408: "RFC 9110, 15.5.9: the server did not receive a complete request",
    425: "RFC 8470, 5.2: the server is unwilling to process the request",
    429: "RFC 6585, 4: too many requests",
}


def status_error(status: int, reason: str, not_taken: NotTaken = BY_STANDARD) -> SendError:
    """What an HTTP answer other than 2xx means where the vendor says nothing more exact.

    A server that enqueues a message and then fails answers 500 too, and a gateway (502, 504) speaks for a server behind
    it: unless the vendor says otherwise, nobody knows whether it was taken, and it is not sent again.

    Args:
        status: the answer's.
        reason: its words.
        not_taken: what its vendor documents.

    """
    reason = f"HTTP {status}: {reason}"[:500]
    if status == 429:
        return ThrottledError(reason)
    if status in not_taken or status in BY_STANDARD:
        return TransientError(reason)
    if status >= 500:
        return AmbiguousError(reason)
    if status < 400 or status in (401, 402, 403, 404, 405):
        return ConfigurationError(reason)
    return PermanentError(reason)


def _transport_error(error: requests.RequestException) -> SendError:
    cause = error.args[0] if error.args else None
    if isinstance(cause, MaxRetryError):
        cause = cause.reason
    never_left = isinstance(
        error, requests.ConnectTimeout | requests.exceptions.SSLError | requests.exceptions.ProxyError
    )
    if never_left or isinstance(cause, NewConnectionError):
        return TransientError(f"no connection: {error}"[:500])
    if isinstance(error, requests.ConnectionError | requests.Timeout | requests.exceptions.ChunkedEncodingError):
        return AmbiguousError(f"the connection broke before the answer: {error}"[:500])
    return ConfigurationError(f"not a request that can be made: {error}"[:500])


class VendorAdapter(HTTPAdapter):
    """One connection pool to one vendor, which raises our errors straight through the SDK.

    It never retries: a repeat below the ledger could send twice.

    Args:
        base_url: Where the vendor is.
        instead_of: The address that an SDK has built in, replaced by `base_url`.
        read_seconds: How long to wait for each piece of the answer.

    """

    def __init__(self, base_url: str = "", *, instead_of: str = "", read_seconds: float = READ_SECONDS) -> None:
        super().__init__(pool_connections=4, pool_maxsize=CONNECTIONS, max_retries=0)
        self._base_url = base_url.rstrip("/")
        self._instead_of = instead_of
        self._timeout = (CONNECT_SECONDS, read_seconds)

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:  # type: ignore[override]
        """Send one prepared request and read its answer whole."""
        if self._instead_of and request.url:
            request.url = self._base_url + request.url.removeprefix(self._instead_of)
        kwargs["timeout"] = self._timeout
        kwargs["stream"] = False
        try:
            response = super().send(request, **kwargs)
            _ = response.content
        except requests.RequestException as error:
            raise _transport_error(error) from error
        if response.status_code == 429:
            reason = f"HTTP 429: {response.text}"[:500]
            raise ThrottledError(reason, retry_after=retry_after_seconds(response.headers))
        if response.status_code == 503 and "Retry-After" in response.headers:
            # RFC 9110, 15.6.4 and 10.2.3: unable to handle the request, and when it will be
            reason = f"HTTP 503: {response.text}"[:500]
            raise TransientError(reason, retry_after=retry_after_seconds(response.headers))
        return response


def session() -> requests.Session:
    """A session of requests that keeps connections, and touches neither retries nor ~/.netrc."""
    made = requests.Session()
    made.mount("https://", VendorAdapter())
    made.mount("http://", VendorAdapter())
    # requests would put a matching netrc entry over the Authorization header that the SDK made
    made.auth = _as_it_is
    return made


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


class CallPool:
    """Threads for blocking SDKs. At most CONNECTIONS calls run; the event loop never waits on one."""

    def __init__(self, name: str) -> None:
        self._threads = ThreadPoolExecutor(max_workers=CONNECTIONS, thread_name_prefix=f"send-{name}")
        self._slots = asyncio.Semaphore(CONNECTIONS)

    async def run(self, call: Callable[[], Result]) -> Result:
        """Run one vendor call in a thread.

        Raises:
            SendError: What the call raised, or AmbiguousError for anything that is not ours: a vendor's exception
                that nobody mapped says nothing about whether the message was taken.

        """
        try:
            await asyncio.wait_for(self._slots.acquire(), QUEUE_SECONDS)
        except TimeoutError:
            raise TransientError("all connections to the provider are busy") from None
        loop = asyncio.get_running_loop()
        future = self._threads.submit(call)
        # the slot belongs to the thread, not to the waiter: a call given up on still occupies its connection
        future.add_done_callback(lambda _: self._release(loop))
        return await self._outcome(future)

    async def _outcome(self, future: "Future[Result]") -> Result:
        try:
            return await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(future)), CALL_SECONDS)
        except TimeoutError:
            raise AmbiguousError(f"no answer within {CALL_SECONDS:.0f} s") from None
        except SendError:
            raise
        except Exception as error:
            _log.exception("a vendor's SDK raised an error that is not mapped")
            raise AmbiguousError(f"{type(error).__name__}: {error}"[:500]) from error

    def _release(self, loop: asyncio.AbstractEventLoop) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(self._slots.release)

    def close(self) -> None:
        """Take no more calls; those that run end by their own time-out."""
        self._threads.shutdown(wait=False, cancel_futures=True)
