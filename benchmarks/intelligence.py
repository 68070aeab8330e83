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
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

import psycopg
from temporalio.testing import ActivityEnvironment

from activities.intelligence import IntelligenceActivities
from activities.scoring import ScoringActivities
from benchmarks.data import SHARE, BenchData, serving
from benchmarks.installation import Report
from config.settings import Settings
from intelligence.training_data import TrainingDataCache
from stack.processes import StackError
from stack.run_folder import ROOT
from store.database.engine import Database
from workflows.intelligence_contracts import SCORES, RankInput, ScoreInput, ScoringProgress, TrainInput

MOST_FEATURES, MOST_TRAINING, MOST_SCORING, MOST_MB = 300, 120, 60, 4096
MESSAGES_EACH = 3
_WEEKS = 18
_MESSAGES = """
    INSERT INTO messages (id, customer_id, channel, category, state, visit, attempts, reserved_at, sent_at,
                          delivered_at, opened_at, clicked_at)
    SELECT id, customer_id, channel, 'marketing', 'delivered', 1, 1, sent_at, sent_at, sent_at,
           CASE WHEN luck < liking THEN sent_at + interval '2 hours' END,
           CASE WHEN luck < liking * 0.4 THEN sent_at + interval '3 hours' END
      FROM (SELECT md5('campaign message:' || n)::uuid AS id, c.id AS customer_id,
                   (ARRAY['email', 'sms', 'push', 'in_app'])[1 + n %% 4] AS channel,
                   %(now)s::timestamptz - interval '7 days' * (1 + n / 4 %% %(weeks)s)
                       + interval '4 days' * pg_temp.share(n, 12) AS sent_at,
                   pg_temp.share(n, 13) AS luck,
                   0.1 + 0.6 * least(1, coalesce((c.traits ->> 'orders')::float8, 0) / 6) AS liking
              FROM generate_series(1, %(messages)s::bigint) AS n
              JOIN customers c ON c.id = md5('customer:' || floor(%(customers)s * pg_temp.share(n, 11))::bigint)::uuid
           ) AS sent
"""
"""Weekly campaigns on every channel: whoever buys more answers more."""
_LEAVING = """
    INSERT INTO events (id, occurred_at, customer_id, name, properties, source, received_at)
    SELECT md5('leaving:' || m.id)::uuid, m.sent_at + interval '1 hour', m.customer_id, 'message_unsubscribed',
           jsonb_build_object('message_id', m.id, 'channel', m.channel, 'first', true), 'import', m.sent_at
      FROM messages m JOIN customers c ON c.id = m.customer_id
     WHERE hashtextextended(m.id::text, 3) & 1023
               < 120 * (1 - least(1, coalesce((c.traits ->> 'orders')::float8, 0) / 6))
        ON CONFLICT DO NOTHING
"""
"""Whoever buys less leaves more."""


async def on_kept_data(customers: int, say: Callable[[str], Any]) -> Report:
    """Measure on the data kept under `.run`, built first where they are missing."""
    with serving(customers, say) as data:
        _prepare(data)
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


def _prepare(data: BenchData) -> None:
    """Messages and what came of them, from which every score can be learned; nothing of an earlier run."""
    values = {"now": data.now, "weeks": _WEEKS, "customers": data.customers, "messages": MESSAGES_EACH * data.customers}
    with psycopg.connect(data.url, autocommit=True) as connection:
        connection.execute("TRUNCATE customer_scores, score_columns, score_batches, models")
        if connection.execute("SELECT 1 FROM messages LIMIT 1").fetchone() is None:
            connection.execute(SHARE)
            with connection.transaction():
                connection.execute(_MESSAGES, values)
                connection.execute(_LEAVING)
            connection.execute("VACUUM (ANALYZE) messages, events")


async def _work(url: str, now: datetime) -> dict[str, Any]:
    """Train every score, then score and rank everyone, as the workflows would."""
    database, kept = Database(Settings(_env_file=None, database_url=url)), TrainingDataCache()
    learning, scoring = IntelligenceActivities(database, kept), ScoringActivities(database, kept)
    environment = ActivityEnvironment()
    try:
        began, learned = time.perf_counter(), {}
        for name in SCORES:
            result = await environment.run(learning.train, TrainInput(name=name, moment=now))
            learned[name] = str(result.words)
        trained, step, seconds = time.perf_counter(), ScoringProgress(), Counter[str]()
        customers = scores = 0
        while not step.done:
            asked = ScoreInput(moment=now, cursor=step.cursor, models=step.models, failed=step.failed)
            step = await environment.run(scoring.score, asked)
            seconds.update(step.seconds)
            customers, scores = customers + step.customers, scores + step.scores
        last = RankInput(moment=now, models=step.models, failed=sorted(step.failed))
        seconds.update(await environment.run(scoring.rank, last))
        scored = time.perf_counter()
    finally:
        await database.close()
    return {
        "features_seconds": round(seconds["reading"], 1),
        "training_seconds": round(trained - began, 1),
        "scoring_seconds": round(seconds["scoring"] + seconds["ranking"] + seconds["writing"], 1),
        "scores_asking_models_seconds": round(seconds["scoring"], 1),
        "scores_ranking_seconds": round(seconds["ranking"], 1),
        "scores_writing_seconds": round(seconds["writing"], 1),
        "scores_night_seconds": round(scored - trained, 1),
        "intelligence_peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "intelligence_customers": customers,
        "intelligence_scores": scores,
        "intelligence_scores_learned": len(step.models),
        "intelligence_models": learned,
    }


def _rows(data: BenchData, figures: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    who, learned = f"{data.customers:,} customers", figures["intelligence_scores_learned"]
    parts = " + ".join(f"{figures[f'scores_{part}_seconds']:.0f}" for part in ("asking_models", "ranking", "writing"))
    scoring = f"{figures['scoring_seconds']:.0f} s ({parts})"
    return [
        (f"features of {who}", f"{figures['features_seconds']:.0f} s", "", f"under {MOST_FEATURES} s"),
        (f"training, {learned} of {len(SCORES)} scores", f"{figures['training_seconds']:.0f} s", "",
         f"under {MOST_TRAINING} s"),
        (f"scoring {who}, {learned} scores: models, ranks, writing", scoring, "", f"under {MOST_SCORING} s"),
        ("the whole night: features are read meanwhile", f"{figures['scores_night_seconds']:.0f} s", "", ""),
        ("peak memory of the Python process", f"{figures['intelligence_peak_mb']:,} MB", "", f"under {MOST_MB:,} MB"),
    ]  # fmt: skip


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
