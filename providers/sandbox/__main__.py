"""Start a sandbox: `python -m providers.sandbox --port 8100 --data inbox.sqlite --api-url URL --keys keys.json`."""

import argparse
import json
import logging
from pathlib import Path

from providers.sandbox.app import Options, create_app
from providers.sandbox.faults import Faults
from providers.sandbox.recipient_model import Behaviour
from providers.sandbox.server import make_server
from providers.sandbox.test_keys import make_keys

MODES = ("on", "deliver", "off")


def _json(value: str) -> str:
    """JSON as it stands, or out of the file that `value` names."""
    return value if value.lstrip().startswith("{") else Path(value).read_text(encoding="utf-8")


def _behaviour(value: str, seed: int | None) -> Behaviour:
    behaviour = Behaviour(mode=value) if value in MODES else Behaviour.model_validate_json(_json(value))
    return behaviour if seed is None else behaviour.model_copy(update={"seed": seed})


def _keys(path: Path) -> dict[str, str]:
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(json.dumps(make_keys()), encoding="utf-8")
    keys: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return keys


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m providers.sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--data", required=True, help="SQLite file of the inbox; it outlives the process")
    parser.add_argument("--api-url", required=True, help="where webhooks and purchases go")
    parser.add_argument(
        "--keys", type=Path, required=True, help="JSON file of providers.sandbox.test_keys; made if missing"
    )
    parser.add_argument("--time-scale", type=float, default=1.0, help="real seconds per business second")
    parser.add_argument("--behaviour", default="on", help="on, deliver, off, or JSON (or a file of it)")
    parser.add_argument("--faults", default="{}", help="JSON (or a file of it)")
    parser.add_argument("--seed", type=int, default=None)
    return parser.parse_args()


def main() -> None:
    """Serve until told to stop."""
    given = _arguments()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    options = Options(
        data=given.data,
        api_url=given.api_url,
        keys=_keys(given.keys),
        time_scale=given.time_scale,
        behaviour=_behaviour(given.behaviour, given.seed),
        faults=Faults.model_validate_json(_json(given.faults)),
    )
    make_server(create_app(options), given.host, given.port).run()


if __name__ == "__main__":
    main()
