"""Production does not start with what everybody knows or can guess."""

import pytest
from pydantic import ValidationError

from config.settings import DEVELOPMENT_SECRET, Settings

LONG = "a-random-text-that-is-long-enough"
GOOD = {"environment": "production", "secret_key": LONG, "bootstrap_api_key": LONG, "write_key": LONG} | {
    "public_url": "https://shop.example"
}


def make(**changes: object) -> Settings:
    return Settings.model_validate({"_env_file": None, **GOOD, **changes})


def test_with_keys_of_its_own_it_starts():
    assert make().environment == "production"
    assert make(bootstrap_api_key=None, write_key=None).bootstrap_api_key is None


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"secret_key": DEVELOPMENT_SECRET}, "SECRET_KEY"),
        ({"secret_key": "short"}, "SECRET_KEY"),
        ({"bootstrap_api_key": "changeme"}, "BOOTSTRAP_API_KEY"),
        ({"bootstrap_api_key": ""}, "BOOTSTRAP_API_KEY"),
        ({"write_key": "secret"}, "WRITE_KEY"),
        ({"time_scale": 0.5}, "TIME_SCALE"),
        ({"public_url": "http://shop.example"}, "PUBLIC_URL"),
        ({"public_url": "https://localhost:8000"}, "PUBLIC_URL"),
        ({"public_url": "https://127.0.0.1"}, "PUBLIC_URL"),
        ({"public_url": "shop.example"}, "PUBLIC_URL"),
    ],
)
def test_without_it_does_not(changes, name):
    with pytest.raises(ValidationError, match=f"CAMPAIGN_FLOW_{name}") as refused:
        make(**changes)
    assert "input_value" not in str(refused.value)  # it is logged, and must not say the secrets
    assert make(**changes | {"environment": "development"}).environment == "development"
