"""A crawl waits for its database as long as the settings say, in growing steps."""

from __future__ import annotations

import pytest

from crawler.patience import waits
from tests.conftest import SettingsFor


@pytest.mark.parametrize(
    ("seconds", "steps"), [(0, []), (1, [1]), (7, [1, 2, 4]), (75, [1, 2, 4, 8, 16, 32, 12])]
)
def test_the_steps_add_up_to_the_patience(
    settings_for: SettingsFor, seconds: int, steps: list[float]
) -> None:
    assert list(waits(settings_for(database_patience=seconds))) == steps
