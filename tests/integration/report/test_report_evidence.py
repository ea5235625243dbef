"""The evidence pack of a window: whole, signed, readable by others, and any change is found."""

from __future__ import annotations

import io
import json
import random
import shutil
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker
from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]

from crawler.store import CaptureStore
from database import session_factory as session_factory_of
from models import Capture, Finding, Run, Verdict
from report.evidence import keys
from report.evidence.pack import pack
from report.evidence.verify import verify
from review import windows
from settings import Settings
from tests.integration.report.replay_world import play

pytestmark = pytest.mark.integration
AT = datetime.fromisoformat("2023-03-09T01:00:10+08:00")
PAGE = "<html>曾都</html>".encode()


def packed(sessions: sessionmaker[Session], settings: Settings) -> Path:
    """A played window, one finding of it with a capture, a screenshot, and a body that is gone."""
    store = CaptureStore(settings.capture_store)
    with sessions() as session:
        play(session, "zengdu-2023q1", settings.home / "registry")
        found = session.query(Finding).filter(Finding.verdict_id.is_not(None)).first()
        assert found is not None
        verdict = session.get_one(Verdict, found.verdict_id)
        run = session.get_one(Run, verdict.run_id)
        ids = []
        for sha, picture in ((store.put(PAGE), store.put(b"\x89PNG")), ("0" * 64, "")):
            capture = Capture(
                run_id=run.id,
                target_id=verdict.target_id,
                role="home",
                url="http://u01.example.gov.cn/",
                final_url="http://u01.example.gov.cn/",
                status=200,
                headers=[
                    ["Content-Type", "text/html"],
                    ["Content-Encoding", "gzip"],
                    ["X", "a\r\nb"],
                ],
                sha256=sha,
                access="ok",
                fetched_at=AT,
                screenshot=picture,
            )
            session.add(capture)
            session.flush()
            ids.append(capture.id)
        verdict.captures = ids
        session.commit()
    out = settings.home / "out" / "pack.zip"
    with sessions() as session:
        told = pack(
            session, window="2023Q1", store_url=settings.capture_store, home=settings.home, out=out
        )
    assert told.findings == 33
    assert len(told.missing) == 1
    return out


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Path:
    """A window played and packed once; every test has a copy."""
    home = tmp_path_factory.mktemp("packed")
    shutil.copyfile(sqlite_template, home / "xuncha.sqlite3")
    settings = Settings(home=home)
    sessions = session_factory_of(settings)
    packed(sessions, settings)
    sessions.kw["bind"].dispose()
    return home


@pytest.fixture
def settings(home: Path, tmp_path: Path) -> Settings:
    shutil.copytree(home, tmp_path / "home")
    return Settings(home=tmp_path / "home")


@pytest.fixture
def made(settings: Settings) -> Path:
    return settings.home / "out" / "pack.zip"


@pytest.fixture
def sessions(settings: Settings) -> Iterator[sessionmaker[Session]]:
    made = session_factory_of(settings)
    yield made
    made.kw["bind"].dispose()


def test_a_pack_holds_every_finding_and_opens_in_other_tools(
    made: Path, settings: Settings
) -> None:
    known = keys.known_public(settings.home)
    told = verify(made, known)
    assert (told.faults, told.trusted, told.window, told.findings) == ([], True, "2023Q1", 33)
    assert verify(made).trusted is None
    with zipfile.ZipFile(made) as archive:
        names = archive.namelist()
        warc = next(name for name in names if name.endswith(".warc.gz"))
        records = list(ArchiveIterator(io.BytesIO(archive.read(warc))))
        manifest = json.loads(archive.read("manifest.json"))
        finding = json.loads(archive.read(f"{warc.rpartition('/')[0]}/finding.json"))
    assert sum(name.endswith("finding.json") for name in names) == 33
    assert sum(name.endswith(".png") for name in names) == 1
    assert len(records) == 1
    assert manifest["signature"]["kind"] == "Ed25519"
    assert finding["captures"][0]["record"] == records[0].rec_headers["WARC-Record-ID"]
    assert finding["decisions"][-1]["by"] == "检查员"
    secret = settings.home / "keys" / "evidence.pem"
    assert secret.stat().st_mode & 0o077 == 0


def test_the_same_window_gives_the_same_pack(
    made: Path, sessions: sessionmaker[Session], settings: Settings
) -> None:
    again = made.with_name("again.zip")
    with sessions() as session:
        pack(
            session,
            window="2023Q1",
            store_url=settings.capture_store,
            home=settings.home,
            out=again,
        )
    assert again.read_bytes() == made.read_bytes()


def test_one_changed_byte_anywhere_is_found(made: Path) -> None:
    whole = made.read_bytes()
    chosen = random.Random(8)
    places = [chosen.randrange(len(whole)) for _ in range(60)] + [0, 10, len(whole) - 1]
    for place in places:
        changed = bytearray(whole)
        changed[place] ^= 1
        made.write_bytes(changed)
        assert verify(made).faults, place
    for more in (whole + b" ", b" " + whole, whole[:-5]):
        made.write_bytes(more)
        assert verify(made).faults


def rewritten(source: Path, out: Path, change: dict[str, bytes | None]) -> Path:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            body = change.get(info.filename, old.read(info))
            if body is not None:
                new.writestr(info, body)
        for name in change.keys() - set(old.namelist()):
            new.writestr(name, change[name] or b"")
    return out


def test_files_changed_removed_or_added_are_named(made: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(made) as archive:
        finding = next(name for name in archive.namelist() if name.endswith("finding.json"))
    told = verify(rewritten(made, tmp_path / "a.zip", {finding: b"{}"}))
    assert told.faults == [f"文件 {finding} 被改动过"]
    assert verify(rewritten(made, tmp_path / "b.zip", {finding: None})).faults == [
        f"缺少文件 {finding}"
    ]
    assert "多出文件 x.txt" in verify(rewritten(made, tmp_path / "c.zip", {"x.txt": b"x"})).faults


def test_a_pack_signed_again_by_a_stranger_is_not_the_offices(
    made: Path, sessions: sessionmaker[Session], settings: Settings
) -> None:
    known = keys.known_public(settings.home)
    stranger = settings.home / "elsewhere"
    with sessions() as session:
        pack(
            session,
            window="2023Q1",
            store_url=settings.capture_store,
            home=stranger,
            out=made,
        )
    told = verify(made, known)
    assert told.trusted is False
    assert any("不是本单位的密钥" in line for line in told.faults)


def test_a_file_that_is_no_pack_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(b"no archive")
    assert "压缩包已损坏" in verify(path).faults[0]
    with pytest.raises(keys.EvidenceError, match="无法读取"):
        verify(tmp_path / "nowhere.zip")


def test_a_window_without_findings_has_a_pack_of_none(
    sessions: sessionmaker[Session], settings: Settings, tmp_path: Path
) -> None:
    with sessions() as session:
        windows.add(session, "空", date(2024, 1, 1), date(2024, 3, 31))
        told = pack(
            session,
            window="空",
            store_url=settings.capture_store,
            home=settings.home,
            out=tmp_path / "p.zip",
        )
    assert told.findings == 0
    assert verify(tmp_path / "p.zip").faults == []
    shutil.rmtree(settings.home / "keys")
