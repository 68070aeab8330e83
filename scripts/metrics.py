"""`python -m scripts.metrics [--check]`: write docs/metrics.md from the catalogue of metrics."""

import sys
from pathlib import Path

from domain.metrics import catalogue
from domain.metrics.definition import Dimension, Metric, Ratio, base_measures

FILE = Path(__file__).resolve().parent.parent / "docs" / "metrics.md"
_HEAD = """# Metrics

Each figure is defined once, in `domain/metrics/catalogue.py`; this page is generated from it by
`python -m scripts.metrics`. The home page, the campaign list, broadcasts, reports, the monitor, `GET /metrics/query`
and the views for [BI](bi.md) count by it, and a test asks every metric in each of these places.

- **Who counts.** {counts}
- **When.** {window}
- **Money.** {money}

## The catalogue

"""
_MONEY = "Amounts of several currencies are never added. A refund restates the revenue of the conversion's own day."
_UNITS = {"count": "count", "money": "money", "share": "0 to 1", "money_each": "money"}
_TAIL = """
## Asking for them

`GET /metrics` tells the catalogue in English and Italian. `GET /metrics/query` computes any of them:

```sh
curl -fsS -H "Authorization: Bearer $KEY" \\
  "$APP/metrics/query?metric=sent&metric=open_rate&metric=revenue&by=channel&campaign=win-back&since=2026-11-01&until=2026-11-30"
```

| parameter | |
|---|---|
| `metric` | one or several keys |
| `by` | up to three of {dimensions} |
| `since`, `until` | days of UTC, both included |
| `campaign`, `version`, `run_id`, `step`, `channel` | narrow to one |
| `experiment_id`, `arm` | customers of an experiment, or of one arm |
| `segment_id` | customers who are in the segment now |

## Two sources, one number

`sources` in the answer says where each figure comes from. **Counters** are kept as things happen, are exact at any
moment, and hold numbers only, so they outlive erased customers and rows that have gone by age. They know campaign,
launch, step, channel and day. What asks for a version, an arm, a segment or an hour is counted from the **facts**, the
rows themselves; of erased customers those have lost the revenue, so that such a sum can be smaller. Breaking down by
segment takes tracked segments; a customer in two of them counts in both. When a message failed is not kept in its row:
a period's `failed` comes from counters only.
"""


def page() -> str:
    """The page, as Markdown."""
    lines = [_HEAD.format(counts=catalogue.COUNTS.en, window=catalogue.WINDOW.en, money=_MONEY)]
    lines.append("| key | name | is | unit | counts rows of | in the period by |\n|---|---|---|---|---|---|\n")
    lines.extend(_line(each) for each in catalogue.CATALOGUE)
    lines.append(_TAIL.format(dimensions=", ".join(f"`{each}`" for each in Dimension)))
    return "".join(lines)


def _line(metric: Metric) -> str:
    measures = base_measures([metric])
    facts = ", ".join(f"`{each}`" for each in dict.fromkeys(each.fact for each in measures))
    at = "-" if isinstance(metric, Ratio) else "now" if metric.level else f"`{metric.at}`"
    return f"| `{metric.key}` | {metric.name.en} | {metric.formula.en} | {_UNITS[metric.unit]} | {facts} | {at} |\n"


def main() -> int:
    """Write the page, or with `--check` say whether it is current."""
    if "--check" in sys.argv[1:]:
        current = FILE.exists() and FILE.read_text(encoding="utf-8") == page()
        if not current:
            print("docs/metrics.md is not current: python -m scripts.metrics")
        return 0 if current else 1
    FILE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
