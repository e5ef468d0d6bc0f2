"""Migrations lead to the schema that the code describes, forwards and back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from app import schema_steps
from app.schema import METADATA
from core.db import Database


@pytest.fixture
def empty(empty_url: str) -> Iterator[Database]:
    """A database without any table."""
    opened = Database(empty_url)
    yield opened
    opened.close()


def test_the_migrated_schema_is_the_one_the_code_describes(empty: Database) -> None:
    schema_steps.migrate(empty)
    with empty.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, METADATA) == []


def test_an_empty_database_has_no_schema_and_a_migrated_one_the_newest(empty: Database) -> None:
    schema_steps.migrate(empty, to="base")  # makes the folder, and nothing else
    assert schema_steps.present(empty) is None
    assert schema_steps.migrate(empty) == schema_steps.newest()
    assert schema_steps.present(empty) == schema_steps.newest()


def test_migrating_twice_changes_nothing(empty: Database) -> None:
    schema_steps.migrate(empty)
    before = set(inspect(empty.engine).get_table_names())
    schema_steps.migrate(empty)
    assert set(inspect(empty.engine).get_table_names()) == before


def test_every_step_can_be_gone_back(empty: Database) -> None:
    schema_steps.migrate(empty)
    schema_steps.migrate(empty, to="base")
    assert inspect(empty.engine).get_table_names() == ["alembic_version"]
