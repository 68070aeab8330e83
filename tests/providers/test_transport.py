"""What answers, broken connections and silence mean, below any vendor."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
import requests

from providers.base import (
    AmbiguousError,
    ConfigurationError,
    PermanentError,
    SendError,
    ThrottledError,
    TransientError,
)
from providers.transport import CallPool, VendorAdapter, retry_after_seconds, session, status_error

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "3"}, 3),
        ({"Retry-After": "0.5"}, 0.5),
        ({"Retry-After": "-4"}, 0),
        ({"Retry-After": "Sun, 22 Nov 2026 12:00:30 GMT"}, 30),
        ({"Retry-After": "Sun, 22 Nov 2026 11:00:00 GMT"}, 0),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": ""}, None),
        ({"X-RateLimit-Reset": str(int(NOON.timestamp()) + 7)}, 7),
        ({"X-RateLimit-Reset": "later"}, None),
        ({}, None),
    ],
)
def test_retry_after_in_every_form(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after_seconds(headers, NOON) == seconds


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (301, ConfigurationError),
        (400, PermanentError),
        (401, ConfigurationError),
        (403, ConfigurationError),
        (404, ConfigurationError),
        (408, TransientError),
        (425, TransientError),
        (413, PermanentError),
        (418, PermanentError),
        (422, PermanentError),
        (429, ThrottledError),
        (500, AmbiguousError),
        (502, AmbiguousError),
        (503, AmbiguousError),
        (504, AmbiguousError),
    ],
)
def test_a_status_means(status: int, kind: type[SendError]) -> None:
    assert type(status_error(status, "x")) is kind


@pytest.fixture
def peer() -> Iterator[Callable[[bytes | None], str]]:
    """A peer that reads a request and answers with bytes as they are, then hangs up; None: it never answers."""
    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def start(answer: bytes | None) -> str:
        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                if answer is None:
                    over.wait(20)
                else:
                    connection.sendall(answer)

        threading.Thread(target=serve, daemon=True).start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    yield start
    over.set()
    listener.close()


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        None,
    ],
    ids=repr,
)
def test_whatever_breaks_after_the_request_left_is_ambiguous(
    peer: Callable[[bytes | None], str], answer: bytes | None
) -> None:
    client = requests.Session()
    client.mount("http://", VendorAdapter(read_seconds=0.2))
    with pytest.raises(AmbiguousError):
        client.post(peer(answer), data=b"x", proxies={"http": ""})


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "http://[::1]:1/"])
def test_no_connection_is_surely_unsent(url: str) -> None:
    with pytest.raises(TransientError):
        session().post(url, data=b"x", proxies={"http": ""})


def test_a_throttled_answer_carries_its_wait(peer: Callable[[bytes | None], str]) -> None:
    url = peer(b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 9\r\nContent-Length: 0\r\n\r\n")
    with pytest.raises(ThrottledError) as caught:
        session().post(url, data=b"x", proxies={"http": ""})
    assert caught.value.retry_after == 9


async def test_a_blocking_call_leaves_the_event_loop_free() -> None:
    pool, released = CallPool("test"), threading.Event()
    waiting = pool.run(lambda: released.wait(10))
    task = asyncio.create_task(waiting)
    await asyncio.sleep(0)
    released.set()
    assert await task is True
    pool.close()


async def test_an_error_that_nobody_mapped_says_nothing_about_acceptance() -> None:
    pool = CallPool("test")

    def fail() -> None:
        raise KeyError("sid")

    with pytest.raises(AmbiguousError, match="KeyError"):
        await pool.run(fail)
    pool.close()


async def test_the_pool_never_runs_out_of_slots_by_failing() -> None:
    pool = CallPool("test")

    def fail() -> None:
        raise PermanentError("no")

    for _ in range(100):
        with pytest.raises(PermanentError):
            await pool.run(fail)
    assert await pool.run(lambda: 1) == 1
    pool.close()
