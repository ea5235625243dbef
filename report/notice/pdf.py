"""A PDF of the notice through LibreOffice, where it is installed."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

SECONDS = 180
NO_OFFICE = "本机没有安装 LibreOffice，未生成 PDF；可安装后重新导出，或用文字处理软件打开 DOCX 另存"


class PdfError(Exception):
    """LibreOffice is there and made no PDF; the message says why in Chinese."""


def office() -> str | None:
    """The program, if it is installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def pdf_bytes(document: bytes, program: str) -> bytes:
    """The DOCX as PDF, in a profile of its own so that an open LibreOffice is not disturbed."""
    with tempfile.TemporaryDirectory(prefix="xuncha-pdf-") as folder:
        source = Path(folder) / "notice.docx"
        source.write_bytes(document)
        command = [program, f"-env:UserInstallation=file://{folder}/profile", "--headless"]
        command += ["--convert-to", "pdf", "--outdir", folder, str(source)]
        try:
            subprocess.run(command, capture_output=True, timeout=SECONDS, check=True)  # noqa: S603
            return source.with_suffix(".pdf").read_bytes()
        except subprocess.TimeoutExpired as error:
            raise PdfError(f"LibreOffice 在 {SECONDS} 秒内没有生成 PDF") from error
        except (subprocess.CalledProcessError, OSError) as error:
            raise PdfError(f"LibreOffice 未能生成 PDF：{error}") from error
