"""The inbox as a page: mails as letters, SMS and push as phones, with buttons to act as the recipient."""

from datetime import UTC, datetime
from html import escape
from typing import Any
from urllib.parse import urlencode

_STYLE = """
:root { color-scheme: light dark; --line: #8884; --soft: #8882; --accent: #0a7d68; }
body { font: 15px/1.45 system-ui, sans-serif; margin: 0 auto; max-width: 76rem; padding: 1.5rem; }
h1 { font-size: 1.3rem; margin: 0 0 .75rem; } nav a { margin-right: .9rem; color: var(--accent); }
dl { display: flex; flex-wrap: wrap; gap: .5rem; margin: 1rem 0; }
dl div { border: 1px solid var(--line); border-radius: .5rem; padding: .4rem .8rem; }
dt { font-size: .75rem; opacity: .75; } dd { margin: 0; font-size: 1.15rem; font-variant-numeric: tabular-nums; }
main { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(19rem, 1fr)); align-items: start; }
article { border: 1px solid var(--line); border-radius: .6rem; padding: .8rem; overflow: hidden; }
article.sms, article.push, article.silent_push { border-radius: 1.4rem; padding: 1.1rem; }
header { font-size: .8rem; opacity: .8; display: flex; justify-content: space-between; gap: .5rem; }
h2 { font-size: 1rem; margin: .4rem 0; overflow-wrap: anywhere; }
.bubble { background: var(--soft); border-radius: .9rem; padding: .6rem .8rem; overflow-wrap: anywhere; }
iframe { width: 100%; height: 15rem; border: 1px solid var(--line); border-radius: .4rem; background: #fff; }
.fates { font-size: .8rem; margin: .5rem 0; min-height: 1.2em; } .fates b { color: var(--accent); }
form { display: inline; } button { font: inherit; font-size: .8rem; margin: 0 .25rem .25rem 0; cursor: pointer; }
"""

_SHOWN = ("accepted", "distinct", "duplicates", "delivered", "opened", "clicked", "bought", "bounced", "pending")
_FATES = ("delivered", "bounced", "opened", "clicked", "bought", "unsubscribed", "complained", "replied")
_ACTIONS = {
    "email": ("open", "click", "buy", "unsubscribe", "complain", "bounce"),
    "sms": ("click", "buy", "reply", "bounce"),
    "push": ("open", "click", "buy"),
    "silent_push": ("deliver",),
}


def _time(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%d %b %H:%M:%S")


def _body(row: dict[str, Any]) -> str:
    if row["html"]:
        # sandbox="" runs nothing and loads nothing as this origin: a message is not to be trusted
        return f'<iframe sandbox="" loading="lazy" title="body" srcdoc="{escape(row["html"], quote=True)}"></iframe>'
    return f'<div class="bubble">{escape(row["text"])}</div>'


def _buttons(row: dict[str, Any]) -> str:
    if not row["message_id"]:
        return ""
    return "".join(
        f'<form method="post" action="/sandbox/messages/{escape(row["message_id"], quote=True)}/{action}?back=1">'
        f"<button>{action}</button></form>"
        for action in _ACTIONS.get(row["channel"], ())
    )


def _card(row: dict[str, Any]) -> str:
    fates = " · ".join(f"<b>{fate}</b> {_time(row[f'{fate}_at'])}" for fate in _FATES if row[f"{fate}_at"])
    title = f"<h2>{escape(row['subject'])}</h2>" if row["subject"] else ""
    return (
        f'<article class="{escape(row["channel"], quote=True)}">'
        f"<header><span>{escape(row['channel'])} to {escape(row['address'][:40])}</span>"
        f"<time>{_time(row['accepted_at'])}</time></header>"
        f'{title}{_body(row)}<p class="fates">{fates}</p>{_buttons(row)}</article>'
    )


def render_page(rows: list[dict[str, Any]], stats: dict[str, Any], filters: dict[str, str]) -> str:
    """The whole page, every value from outside escaped."""
    links = [f'<a href="/sandbox{"?channel=" + name if name else ""}">{name or "all"}</a>' for name in ("", *_ACTIONS)]
    numbers = "".join(f"<div><dt>{name}</dt><dd>{stats[name]}</dd></div>" for name in _SHOWN)
    older = ""
    if rows:
        query = urlencode({**{name: value for name, value in filters.items() if value}, "before": rows[-1]["id"]})
        older = f'<p><a href="/sandbox?{escape(query, quote=True)}">Older</a></p>'
    cards = "".join(_card(row) for row in rows) or "<p>Nothing has arrived yet.</p>"
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Provider sandbox</title><style>{_STYLE}</style>"
        f"<h1>Provider sandbox</h1><nav>{''.join(links)}</nav><dl>{numbers}</dl><main>{cards}</main>{older}</html>"
    )
