"""`python -m scripts.commit_message FILE`: whether a commit's subject keeps the rule of CONTRIBUTING.md."""

import sys
from pathlib import Path

LONGEST_SUBJECT = 72


def problems(message: str) -> list[str]:
    """What is wrong with a commit message, a line each."""
    subject, _, rest = message.partition("\n")
    found = []
    if not subject.strip():
        found.append("the first line is empty")
    if len(subject) > LONGEST_SUBJECT:
        found.append(f"the subject has {len(subject)} characters; at most {LONGEST_SUBJECT}")
    if subject.endswith("."):
        found.append("the subject ends with a full stop")
    if subject[:1].islower():
        found.append("the subject starts with a small letter")
    if rest and not rest.startswith("\n"):
        found.append("the second line is not empty")
    return found


def main() -> int:
    """Print what is wrong; 0 where nothing is."""
    found = problems(Path(sys.argv[1]).read_text())
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
