"""Chinese as written in the sources; other languages from gettext catalogues."""

from __future__ import annotations

from functools import cache
from gettext import NullTranslations
from pathlib import Path

from babel.support import Translations

LANGUAGES = {"zh": "中文", "en": "English"}
DOMAIN = "desk"
_FOLDER = Path(__file__).with_name("locale")


@cache
def translations(language: str) -> NullTranslations:
    """The catalogue of a language; Chinese needs none."""
    if language not in LANGUAGES or language == "zh":
        return NullTranslations()
    return Translations.load(_FOLDER, [language], DOMAIN)


def translate(language: str, text: str) -> str:
    """`text` in that language; as it is where the catalogue does not know it."""
    return translations(language).gettext(text) if text else text


def known(language: str | None) -> str:
    """The language if there is one of that name, else Chinese."""
    return language if language in LANGUAGES else "zh"
