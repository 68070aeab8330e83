"""The web app's own tests, its style and its types."""

import pytest

from scripts import openapi, web
from scripts.setup import one_at_a_time


@pytest.mark.parametrize("script", ["test", "lint", "types"])
def test_the_web_app(script):
    with one_at_a_time():
        web.install()
    web.run("run", script)


def test_its_description_of_the_api_is_current():
    assert openapi.is_current(), "run `make web-api`"
