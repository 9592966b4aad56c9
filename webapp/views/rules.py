"""Broken rules and reasons of a rota in words."""

from collections.abc import Mapping
from datetime import datetime

from scheduling.ledger import Breach
from webapp.i18n.formats import instant
from webapp.i18n.sentences import say


def say_breach(breach: Breach) -> str:
    """Return the sentence of a rule that a rota breaks."""
    return say(breach.code, breach.params, package="scheduling")


def say_reason(reason: Mapping[str, object], names: Mapping[str, str]) -> str:
    """Return the sentence of a stored reason, people by name.

    Args:
        reason: `code` and `params` as stored with the rota.
        names: of people, by number.
    """
    given = reason["params"]
    params = dict(given) if isinstance(given, Mapping) else {}
    code = str(reason["code"])
    agents = params.get("agents")
    if isinstance(agents, list):
        params["agents"] = [names.get(str(one), str(one)) for one in agents]
    rules = params.get("rules")
    if isinstance(rules, list):
        params["rules"] = [say(str(one), package="hard_rules") for one in rules]
    sentence = say(code, params, package="scheduling")
    starts = params.get("starts")
    if isinstance(starts, str):
        return f"{instant(datetime.fromisoformat(starts))}: {sentence}"
    return sentence
