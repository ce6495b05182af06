"""The page of decisions: coded facts and yearly figures per rule, from what the desk handed over.

The model: the Santa Clara Principles on content moderation, and Article 17 of the EU's Digital
Services Act. Pure. The record comes from outside: what is not as specified is left out.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from handbill.reader.environment import markup, render
from handbill.reader.words import Words

MOST_ROWS = 500
_COUNTS = ("letters", "published", "appeals", "overturned", "withdrawn")


def decisions_body(
    say: Words, record: Mapping[str, Any], titles: Mapping[str, str], rules_href: str
) -> str:
    """Return the body of the page; ``titles`` are the rules' by id, ``rules_href`` their page."""

    def rule(name: object) -> dict[str, str] | None:
        found = titles.get(str(name))
        return {"href": f"{rules_href}#{name}", "text": found} if found else None

    log = record.get("log", {})
    chain = {"n": say.number(log.get("sequence", 0)), "chain": log.get("chain", "")}
    context = {
        "t": say.text,
        "years": [_year(say, y, rule) for y in record.get("years", [])],
        "rows": list(_rows(say, record, rule)),
        "chain": say.say("decisions.chain", **chain),
    }
    return str(markup(render("decisions.html", context)))


def _year(say: Words, year: Mapping[str, Any], rule: Any) -> dict[str, Any]:
    removed = {k: n for k, n in dict(year.get("removed", {})).items() if isinstance(n, int)}
    rules = [{**found, "n": say.number(n)} for k, n in removed.items() if (found := rule(k))]
    counts = {name: say.number(year.get(name, 0)) for name in _COUNTS}
    total = say.number(sum(removed.values()))
    return {"year": say.number(year.get("year", "")), **counts, "removed": total, "rules": rules}


def _rows(say: Words, record: Mapping[str, Any], rule: Any) -> Iterator[dict[str, Any]]:
    for row in record.get("rows", [])[:MOST_ROWS]:
        action = say.text.get(f"action.{row.get('action')}")
        if action:
            origin = say.text.get(f"origin.{row.get('origin')}", "")
            edition = say.number(row.get("edition", ""))
            found = rule(row.get("rule", ""))
            yield {"edition": edition, "action": action, "rule": found, "origin": origin}
