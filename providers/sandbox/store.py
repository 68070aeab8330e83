"""The sandbox's memory: an SQLite file. What is committed survives a kill of the process."""

import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from typing import Any

from providers.sandbox.types import AcceptedMessage, DeliveryOutcome, Planned, Post, ReceivedMessage

_SCHEMA = """
CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    vendor TEXT NOT NULL, channel TEXT NOT NULL, address TEXT NOT NULL, message_id TEXT NOT NULL,
    campaign_id TEXT NOT NULL, customer TEXT NOT NULL, subject TEXT NOT NULL, text TEXT NOT NULL, html TEXT NOT NULL,
    link TEXT NOT NULL, callback TEXT NOT NULL, provider_message_id TEXT NOT NULL, accepted_at REAL NOT NULL,
    sent_at REAL, delivered_at REAL, bounced_at REAL, opened_at REAL, clicked_at REAL, bought_at REAL,
    unsubscribed_at REAL, complained_at REAL, replied_at REAL
);
CREATE INDEX IF NOT EXISTS messages_message_id ON messages (message_id);
CREATE TABLE IF NOT EXISTS actions (
    id INTEGER PRIMARY KEY, inbox_id INTEGER NOT NULL, fate TEXT NOT NULL, due_at REAL NOT NULL, detail TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS actions_due ON actions (due_at);
CREATE TABLE IF NOT EXISTS posts (
    id INTEGER PRIMARY KEY, sender TEXT NOT NULL, url TEXT NOT NULL, payload TEXT NOT NULL, due_at REAL NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, given_up INTEGER NOT NULL DEFAULT 0, problem TEXT
);
CREATE INDEX IF NOT EXISTS posts_due ON posts (due_at) WHERE given_up = 0;
CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
"""

_FIELDS = (
    "vendor", "channel", "address", "message_id", "campaign_id", "customer", "subject", "text", "html", "link",
    "callback",
)  # fmt: skip
_FATES = tuple(fate.value for fate in DeliveryOutcome)
FILTERS = ("vendor", "channel", "message_id", "customer", "address", "campaign_id")


class Store:
    """All calls are synchronous and short, and come from one thread at a time: one connection, one writer."""

    def __init__(self, path: str) -> None:
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.row_factory = sqlite3.Row
        # WAL with synchronous=NORMAL: a commit outlives the process, though not a power cut, and costs no fsync
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def accept(self, arrival: ReceivedMessage, provider_message_id: str, now: float, plan: Iterable[Planned]) -> int:
        """Put a message in the inbox together with what will become of it. Returns the row's id."""
        values = [getattr(arrival, field) for field in _FIELDS]
        columns = ", ".join((*_FIELDS, "provider_message_id", "accepted_at"))
        marks = ", ".join("?" * (len(_FIELDS) + 2))
        with self._transaction():
            row = self._db.execute(
                f"INSERT INTO messages ({columns}) VALUES ({marks})",  # noqa: S608
                (*values, provider_message_id, now),
            )
            inbox_id = int(row.lastrowid or 0)
            self._plan(inbox_id, plan)
        return inbox_id

    def plan(self, inbox_id: int, plan: Iterable[Planned]) -> None:
        """Add to what will become of a message."""
        with self._transaction():
            self._plan(inbox_id, plan)

    def _plan(self, inbox_id: int, plan: Iterable[Planned]) -> None:
        self._db.executemany(
            "INSERT INTO actions (inbox_id, fate, due_at, detail) VALUES (?, ?, ?, ?)",
            [(inbox_id, item.fate.value, item.due_at, json.dumps(item.detail)) for item in plan],
        )

    def due_actions(self, now: float, limit: int) -> list[tuple[int, int, Planned]]:
        """(action id, inbox id, plan) of what is due, the oldest first."""
        rows = self._db.execute("SELECT * FROM actions WHERE due_at <= ? ORDER BY due_at LIMIT ?", (now, limit))
        return [
            (
                row["id"],
                row["inbox_id"],
                Planned(DeliveryOutcome(row["fate"]), row["due_at"], json.loads(row["detail"])),
            )
            for row in rows
        ]

    def play(self, done: Iterable[tuple[int, int, DeliveryOutcome, float, list[Post]]]) -> None:
        """Record in one transaction what became of messages: (action id, inbox id, fate, when, what to post)."""
        with self._transaction():
            for action_id, inbox_id, fate, now, posts in done:
                self._db.execute("DELETE FROM actions WHERE id = ?", (action_id,))
                self._db.execute(
                    f"UPDATE messages SET {fate.value}_at = coalesce({fate.value}_at, ?) WHERE id = ?",  # noqa: S608
                    (now, inbox_id),
                )
                self._db.executemany(
                    "INSERT INTO posts (sender, url, payload, due_at) VALUES (?, ?, ?, ?)",
                    [(post.sender, post.url, json.dumps(post.payload), post.due_at) for post in posts],
                )

    def due_posts(self, now: float, limit: int) -> list[tuple[int, int, Post]]:
        """(post id, attempts so far, post) of what is due."""
        rows = self._db.execute(
            "SELECT * FROM posts WHERE given_up = 0 AND due_at <= ? ORDER BY due_at, id LIMIT ?", (now, limit)
        )
        return [
            (row["id"], row["attempts"], Post(row["sender"], row["url"], json.loads(row["payload"]), row["due_at"]))
            for row in rows
        ]

    def posted(self, ids: list[int]) -> None:
        """These were taken."""
        with self._transaction():
            self._db.executemany("DELETE FROM posts WHERE id = ?", [(one,) for one in ids])
            self._count("posted", len(ids))

    def put_off(self, ids: list[int], due_at: float, problem: str, *, give_up: bool) -> None:
        """These were not: try again at `due_at`, or never."""
        with self._transaction():
            self._db.executemany(
                "UPDATE posts SET attempts = attempts + 1, due_at = ?, problem = ?, given_up = ? WHERE id = ?",
                [(due_at, problem[:500], int(give_up), one) for one in ids],
            )

    def next_due(self) -> float | None:
        """When the next action or post is due (Unix time)."""
        row = self._db.execute(
            "SELECT min(due) FROM (SELECT min(due_at) AS due FROM actions"
            " UNION ALL SELECT min(due_at) FROM posts WHERE given_up = 0)"
        ).fetchone()
        return None if row[0] is None else float(row[0])

    def get(self, inbox_id: int) -> AcceptedMessage:
        """One message.

        Raises:
            KeyError: There is none with this id.

        """
        row = self._db.execute("SELECT * FROM messages WHERE id = ?", (inbox_id,)).fetchone()
        if row is None:
            raise KeyError(inbox_id)
        arrival = ReceivedMessage(**{field: row[field] for field in _FIELDS})
        return AcceptedMessage(row["id"], row["provider_message_id"], row["accepted_at"], arrival)

    def page(self, filters: dict[str, str], limit: int, before: int | None = None) -> list[dict[str, Any]]:
        """Messages of the inbox, the newest first. `filters` is by column (FILTERS)."""
        conditions, values = ["id < ?"], [before if before is not None else 1 << 62]
        for name in FILTERS:
            if filters.get(name):
                conditions.append(f"{name} = ?")
                values.append(filters[name])  # type: ignore[arg-type]
        sql = f"SELECT * FROM messages WHERE {' AND '.join(conditions)} ORDER BY id DESC LIMIT ?"  # noqa: S608
        return [dict(row) for row in self._db.execute(sql, (*values, limit))]

    def stats(self) -> dict[str, Any]:
        """Counts of everything: see docs/providers/index.md."""
        counts = ", ".join(f"count({fate}_at) AS {fate}" for fate in _FATES)
        rows = self._db.execute(
            f"SELECT channel, count(*) AS accepted, {counts} FROM messages GROUP BY channel"  # noqa: S608
        )
        by_channel = {row["channel"]: {name: row[name] for name in ("accepted", *_FATES)} for row in rows}
        total = {name: sum(one[name] for one in by_channel.values()) for name in ("accepted", *_FATES)}
        distinct = self._number("SELECT count(DISTINCT message_id) FROM messages WHERE message_id <> ''")
        unnamed = self._number("SELECT count(*) FROM messages WHERE message_id = ''")
        actions = self._number("SELECT count(*) FROM actions")
        posts = self._number("SELECT count(*) FROM posts WHERE given_up = 0")
        return {
            **total,
            "distinct": distinct,
            "unnamed": unnamed,
            "duplicates": total["accepted"] - distinct - unnamed,
            "by_channel": by_channel,
            "pending": actions + posts,
            "pending_actions": actions,
            "pending_posts": posts,
            "posts_given_up": self._number("SELECT count(*) FROM posts WHERE given_up = 1"),
            **{row["name"]: row["value"] for row in self._db.execute("SELECT * FROM counters")},
        }

    def undelivered(self, limit: int = 20) -> list[dict[str, Any]]:
        """Posts that were refused or given up, with the reason."""
        rows = self._db.execute("SELECT * FROM posts WHERE problem IS NOT NULL ORDER BY id LIMIT ?", (limit,))
        return [dict(row) for row in rows]

    def count(self, name: str) -> None:
        """Add one to a counter of /sandbox/stats."""
        self._count(name, 1)

    def clear(self) -> None:
        """Forget everything."""
        with self._transaction():
            for table in ("messages", "actions", "posts", "counters"):
                self._db.execute(f"DELETE FROM {table}")  # noqa: S608

    def _count(self, name: str, number: int) -> None:
        self._db.execute(
            "INSERT INTO counters VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = value + excluded.value",
            (name, number),
        )

    def _number(self, sql: str) -> int:
        with closing(self._db.execute(sql)) as cursor:
            return int(cursor.fetchone()[0])

    def _transaction(self) -> "_Transaction":
        return _Transaction(self._db)


class _Transaction:
    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def __enter__(self) -> None:
        self._db.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self._db.execute("COMMIT" if kind is None else "ROLLBACK")
