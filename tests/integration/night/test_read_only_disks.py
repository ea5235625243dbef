"""A disk that went read-only, as after an error of its own: one sentence, and nothing is lost.

The disk is made read-only in a mount namespace of the night's own: that needs the right to make one.
"""

from __future__ import annotations

import shutil
import subprocess

import pytest

from democity import City
from models import Capture, Run, Visit
from tests.integration.night.conftest import NewWorld

pytestmark = pytest.mark.integration

TWO_SITES = "9701000002,9702000001"
READ_ONLY = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"'


def _may_mount() -> bool:
    program = shutil.which("unshare")
    if program is None:
        return False
    return not subprocess.run([program, "-m", "true"], capture_output=True, check=False).returncode


@pytest.mark.skipif(not _may_mount(), reason="no right to a mount namespace here")
def test_a_home_on_a_disk_that_is_read_only_costs_a_night_and_no_record(
    new_world: NewWorld, city: City
) -> None:
    world = new_world()
    on_sqlite = not world.settings.database_url
    night = ("--only", TWO_SITES)
    world.through = ("unshare", "-m", "sh", "-c", READ_ONLY, str(world.settings.home))
    told = world.night(city.nights()[0], *night, workers=1)
    assert (told.code, told.out) == (1, ""), told.err
    sentence = told.err.strip().splitlines()[-1]
    assert ("数据库" if on_sqlite else "快照库") in sentence, told.err
    assert "Traceback" not in told.err
    assert world.count(Visit) == world.count(Capture) == 0
    assert world.count(Run) == (0 if on_sqlite else 1)

    world.through = ()
    told = world.night(city.nights()[0], *night, "--resume", workers=1)
    assert told.code == 0, told.err
    assert (told.summary["fresh"], world.count(Visit), world.count(Run)) == (2, 2, 1)
