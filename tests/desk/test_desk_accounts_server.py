"""What touches the database in ways of its own, once more on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desk import servers
from desk.desk_world import World, make_world
from desk.test_desk_accounts import (  # noqa: F401  (collected here with another database)
    test_a_code_counts_once_even_when_the_cache_forgets,
    test_a_new_password_ends_every_other_session,
    test_a_number_is_never_given_again,
    test_a_recovery_code_counts_once,
    test_first_login_to_complete_account,
    test_guessing_is_stopped_by_name_whoever_asks,
    test_only_the_first_start_makes_an_admin,
    test_sessions_end_when_idle_and_when_old,
    test_the_last_admin_stays,
)


@pytest.fixture
def world(tmp_path: Path, postgresql: servers.Server) -> Iterator[World]:
    from django.db import connections

    yield make_world(tmp_path, postgresql.create("accounts"))
    connections.close_all()
