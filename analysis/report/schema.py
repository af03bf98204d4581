"""The JSON Schema of an exported session.json, made from the data model itself.

`docs/session.schema.json` is what `schema` gives; `make schema` writes it anew when the model has changed. JSON Schema
2020-12, https://json-schema.org/draft/2020-12. Fields that a file has beyond it are allowed, and left unread.
"""

from __future__ import annotations

import json
from inspect import cleandoc
from typing import Any

import msgspec

from analysis.session import SCHEMA, Session

__all__ = ["schema"]


def schema() -> str:
    """The schema, as JSON.

    >>> json.loads(schema())["$id"]
    'urn:conversation-lens:session:1'
    """
    made = _portable(msgspec.json.schema(Session))
    made["$defs"]["Session"]["properties"]["schema"]["const"] = SCHEMA
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:{SCHEMA.replace('/', ':')}",
        "title": "A session of Conversation Lens",
        "description": "One conversation and everything known about it. Times are seconds from the start of the "
        "recording; null means unknown. docs/formats.md says more.",
    }
    return json.dumps(head | made, indent=1, ensure_ascii=False) + "\n"


def _portable(node: Any) -> Any:
    """The schema without what only Python understands: examples in descriptions, and ``\\Z`` in patterns."""
    if isinstance(node, list):
        return [_portable(item) for item in node]
    if not isinstance(node, dict):
        return node
    made = {key: _portable(value) for key, value in node.items()}
    if isinstance(text := made.get("description"), str):
        made["description"] = " ".join(cleandoc(text.split(">>>")[0]).split())
    if isinstance(pattern := made.get("pattern"), str):
        made["pattern"] = pattern.replace(r"\Z", "$")
    return made
