"""Learning and scoring a million customers with ten million events: how long each part takes, and in how much memory.

`python -m benchmarks.intelligence --customers 50000` runs it alone. The work is that of the weekly training and of the
nightly scoring, by the same activities; it runs in a process of its own, so that its memory can be told apart.
"""

import argparse
import asyncio
import json
import resource
import sys
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import psycopg
from temporalio.testing import ActivityEnvironment

from activities.intelligence import IntelligenceActivities
from benchmarks.data import BenchData, serving
from benchmarks.installation import Report
from config.settings import Settings
from stack.processes import StackError
from stack.run_folder import ROOT
from store.database import Database
from workflows.intelligence_contracts import SCORES, RankInput, ScoreInput, ScoringProgress, TrainInput

MOST_FEATURES, MOST_TRAINING, MOST_SCORING, MOST_MB = 300, 120, 60, 4096
_MESSAGES = """
    INSERT INTO messages (id, customer_id, channel, category, state, visit, attempts, reserved_at, sent_at,
                          delivered_at, opened_at, clicked_at)
    SELECT id, customer_id, channel, 'marketing', 'delivered', 1, 1, occurred_at, occurred_at, occurred_at,
           CASE WHEN luck < liking THEN occurred_at + interval '2 hours' END,
           CASE WHEN luck < liking * 0.3 THEN occurred_at + interval '3 hours' END
      FROM (SELECT id, customer_id, occurred_at, properties ->> 'channel' AS channel,
                   (hashtextextended(id::text, 1) & 1048575) / 1048576.0 AS luck,
                   (hashtextextended(customer_id::text, 2) & 1048575) / 1048576.0 AS liking
              FROM events WHERE name = 'message_delivered') AS sent
"""
"""A message for each that the kept data tell of; some customers like to open them."""


async def on_kept_data(customers: int, say: Callable[[str], Any]) -> Report:
    """Measure on the data kept under `.run`, built first where they are missing."""
    with serving(customers, say) as data:
        _prepare(data.url)
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "benchmarks.intelligence", "--url", data.url, "--now", data.now.isoformat()),
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
        )
        said, _ = await process.communicate()
        if process.returncode:
            raise StackError("learning and scoring did not end well")
        figures = json.loads(said.splitlines()[-1])  # the lines before are logs
    return Report(figures, _rows(data, figures))


def _prepare(url: str) -> None:
    """Messages as the events tell of them, and no models or scores of an earlier run."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("TRUNCATE scores, models")
        if connection.execute("SELECT 1 FROM messages LIMIT 1").fetchone() is None:
            connection.execute(_MESSAGES)
            connection.execute("VACUUM (ANALYZE) messages")


async def _work(url: str, now: datetime) -> dict[str, Any]:
    """Train every score, then score and rank everyone, as the workflows would."""
    database = Database(Settings(_env_file=None, database_url=url))
    activities, environment = IntelligenceActivities(database), ActivityEnvironment()
    try:
        began, learned = time.perf_counter(), {}
        for name in SCORES:
            result = await environment.run(activities.train, TrainInput(name=name, moment=now))
            learned[name] = result.words
        trained, step = time.perf_counter(), ScoringProgress()
        seconds = {"reading": 0.0, "scoring": 0.0, "writing": 0.0}
        customers = scores = 0
        while not step.done:
            step = await environment.run(activities.score, ScoreInput(moment=now, cursor=step.cursor))
            seconds = {part: spent + step.seconds[part] for part, spent in seconds.items()}
            customers, scores = customers + step.customers, scores + step.scores
        scored = time.perf_counter()
        await environment.run(activities.rank, RankInput(moment=now))
        ranked = time.perf_counter()
    finally:
        await database.close()
    return {
        "features_seconds": round(seconds["reading"], 1),
        "training_seconds": round(trained - began, 1),
        "scoring_seconds": round(seconds["scoring"], 1),
        "scores_writing_seconds": round(seconds["writing"], 1),
        "scores_ranking_seconds": round(ranked - scored, 1),
        "scores_night_seconds": round(ranked - trained, 1),
        "intelligence_peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "intelligence_customers": customers,
        "intelligence_scores": scores,
        "intelligence_models": learned,
    }


def _rows(data: BenchData, figures: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    each = figures["intelligence_scores"] / max(figures["intelligence_customers"], 1)
    who = f"{data.customers:,} customers"
    return [
        (f"features of {who}", f"{figures['features_seconds']:.0f} s", "", f"under {MOST_FEATURES} s"),
        (f"training, {len(SCORES)} scores", f"{figures['training_seconds']:.0f} s", "", f"under {MOST_TRAINING} s"),
        (f"scoring {who}, {each:.0f} each", f"{figures['scoring_seconds']:.0f} s", "", f"under {MOST_SCORING} s"),
        ("writing the scores", f"{figures['scores_writing_seconds']:.0f} s", "", ""),
        ("ranking the scores", f"{figures['scores_ranking_seconds']:.0f} s", "", ""),
        ("the whole night: the next page is read meanwhile", f"{figures['scores_night_seconds']:.0f} s", "", ""),
        ("peak memory of the Python process", f"{figures['intelligence_peak_mb']:,} MB", "", f"under {MOST_MB:,} MB"),
    ]


def main() -> None:
    """Measure on kept data, and print; with `--url`, do the work in this process and say how it went."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    parser.add_argument("--now", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.url:
        print(json.dumps(asyncio.run(_work(options.url, datetime.fromisoformat(options.now)))))
        return
    report = asyncio.run(on_kept_data(options.customers, print))
    for row in report.rows:
        print(*row, sep="  |  ")
    print(json.dumps(report.figures, indent=1))


if __name__ == "__main__":
    main()
