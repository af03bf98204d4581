"""The documented schema is that of the model, and what is exported keeps to it."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from jsonschema import Draft202012Validator, ValidationError

from analysis.report import export
from analysis.report.schema import schema
from analysis.session import Session, decode
from tests.analysis.report.made import everything, hostile, spoken

COMMITTED = Path(__file__).parents[3] / "docs" / "session.schema.json"


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    read = json.loads(schema())
    Draft202012Validator.check_schema(read)
    return Draft202012Validator(read)


def test_the_committed_schema_is_that_of_the_model() -> None:
    assert COMMITTED.read_text(encoding="utf-8") == schema(), "the model has changed: run `make schema`, and commit it"


def test_the_made_session_leaves_nothing_out() -> None:
    session = everything()
    empty = [f.name for f in msgspec.structs.fields(Session) if f.default == getattr(session, f.name) != session.schema]
    assert not empty, "the model has grown: give the made session a value for it"


@pytest.mark.parametrize("made", [everything, hostile, lambda: spoken(("S1", 0, 1, "hello"))])
def test_exports_keep_to_the_schema_and_come_back(made, tmp_path: Path, validator: Draft202012Validator) -> None:
    target = tmp_path / "session.json"
    export(made(), target)
    validator.validate(json.loads(target.read_bytes()))
    assert decode(target.read_bytes()).words == made().words


@pytest.mark.slow
def test_the_example_keeps_to_the_schema(kitchen_files: Path, validator: Draft202012Validator) -> None:
    validator.validate(json.loads((kitchen_files / "talk.json").read_bytes()))


@pytest.mark.parametrize(
    "wrong",
    [
        {"schema": "conversation-lens/session/9"},
        {"words": [{"text": "no times"}]},
        {"turns": [{"start": -1}]},
        {"id": 5},
    ],
)
def test_what_is_no_session_is_refused(wrong: dict, validator: Draft202012Validator) -> None:
    session = json.loads(msgspec.json.encode(everything()))
    with pytest.raises(ValidationError):
        validator.validate(session | wrong)


def test_the_schema_has_nothing_that_only_python_knows() -> None:
    assert ">>>" not in schema() and "\\\\Z" not in schema()
