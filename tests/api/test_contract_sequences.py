"""Requests in sequences, each made of what earlier ones answered: none crashes it, or is answered with the unsaid.

`make contract` runs it with 10,000 requests.
"""

import os
import random
import sys
from typing import Any

import httpx
from schemathesis.core.failures import FailureGroup

from tests.api.conftest import WRITE_KEY
from tests.api.sequences import Names, Outcome, shuffled
from tests.api.test_contract import BEARER, CHECKS, OPERATIONS, PATIENCE_SECONDS, served

__all__ = ["served"]

EXAMPLES = int(os.environ.get("CAMPAIGN_FLOW_CONTRACT_EXAMPLES", "320"))
LISTS = ("/customers", "/campaigns", "/segments", "/templates")
"""What the served database holds a little of."""
SEED = int(os.environ.get("CAMPAIGN_FLOW_CONTRACT_SEED", "7"))


def test_no_sequence_of_requests_crashes_it(served: str) -> None:
    outcome = asked(served, shuffled(OPERATIONS, EXAMPLES, SEED))
    sys.stdout.write(f"\n{outcome}\n")
    told = [f"{what}\n{requests[0]}" for what, requests in outcome.failures.items()]
    assert not told, f"{outcome}\n\n" + "\n\n".join(told[:20])
    assert outcome.crashes == 0
    assert len(outcome.asked) == len(OPERATIONS)


def asked(url: str, cases: list[Any]) -> Outcome:
    """Ask all of it, one after the other; what is learnt from an answer goes into later requests."""
    outcome, names = Outcome(), Names(random.Random(SEED))
    for path in LISTS:
        names.learn(path, httpx.get(f"{url}{path}", headers=BEARER, timeout=PATIENCE_SECONDS).raise_for_status().json())
    for case in cases:
        operation = case.operation
        case.path_parameters = names.fill(operation.path, case.path_parameters)
        sender = {"auth": (WRITE_KEY, "")} if operation.path.startswith("/v1/") else {"headers": BEARER}
        answer = case.call(base_url=url, allow_redirects=False, timeout=PATIENCE_SECONDS, **sender)
        outcome.asked[operation.label] += 1
        outcome.statuses[answer.status_code] += 1
        if 200 <= answer.status_code < 300:
            outcome.succeeded[operation.label] += 1
            if answer.content and answer.headers.get("content-type", [""])[0].startswith("application/json"):
                names.learn(operation.path, answer.json())
        try:
            case.validate_response(answer, checks=CHECKS)
        except (Exception, FailureGroup) as error:
            outcome.note(operation.label, answer.status_code, error)
    return outcome
