"""What the web app is built from can be installed anywhere: no registry's host, every package with its hash."""

import json

from scripts.web import WEB

LOCK = (WEB / "package-lock.json").read_text()


def test_the_lock_names_no_host():
    assert '"resolved"' not in LOCK
    assert "registry" not in LOCK


def test_every_package_has_a_hash():
    packages = json.loads(LOCK)["packages"]
    assert [name for name, entry in packages.items() if name and "integrity" not in entry] == []
