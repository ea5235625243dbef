"""Scripts, frames and included files from which a page gets its footer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.extract.addresses import host_of
from crawler.extract.badge_scripts import live_script, read_scripts, script_sources
from crawler.extract.document import once
from crawler.extract.footer import read_footer
from crawler.extract.outline import HIDDEN
from crawler.extract.remembered import remembered
from crawler.extract.visibility import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from selectolax.lexbor import LexborNode

    from crawler.extract.badge_scripts import Script
    from crawler.extract.document import Document

_NAME = re.compile(
    r"(?:^|[/_.-])(?:[a-z0-9]{0,12}foot(?:er)?s?|bottom|page_?bottom|dibu|banquan|copyright|yejiao|yewei|btm)(?:[_-]?[a-z0-9]{0,12})?"
    r"(?:/[\w-]{1,20})?\.(?:js|s?html?|jspx?|aspx?|php|do|inc)(?:$|[?#])",
    re.IGNORECASE,
)
_WORD = re.compile(r"foot|bottom|dibu|banquan|copyright|yejiao|yewei|btm")
_LIBRARY = re.compile(
    r"footable|footnote|jquery|(?:to|go|back|scroll|sticky|nav|tab)[_-]?(?:bottom|foot)",
    re.IGNORECASE,
)
_FRAME_NAME = re.compile(
    r"^(?:.{0,8}foot(?:er)?.{0,6}|.{0,6}bottom.{0,6}|copyright|banquan)$", re.IGNORECASE
)
_FRAMES = ("iframe", "frame", "object", "embed")
_INCLUDES = (
    "iframe[src], frame[src], object[data], embed[src],"
    " [w3-include-html], [data-include], [include-html], include[src]"
)
_ATTRIBUTES = ("src", "data", "w3-include-html", "data-include", "include-html")
# jQuery: $("#footer").load("/public/footer.html"), $.get("../foot.html", …), $.ajax({url: "foot.html"})
_LOADED = re.compile(
    r"(?:\.load\(|\.get\(|getScript\(|fetch\(|\burl\s*:)\s{0,5}[\"']([^\"'\s<>]{1,200})[\"']",
    re.IGNORECASE,
)
# Publishing systems include what pages share under addresses that name nothing.
_NAMELESS = re.compile(r"(?:^|/)(?:\d{10,20}|[0-9a-f]{24,40})\.js(?:$|[?#])", re.IGNORECASE)
_NAMELESS_TRIED = 3
_FEW_WORDS = 12  # characters: 打印 and 关闭窗口 below the text end no page
_LOWEST = 60  # pixels of a frame that holds a footer
_SOURCES = 8
_PLACE = 'footer, [id*="foot" i], [class*="footer" i], [id="bottom"], [id="copyright"]'


@once
def read_footer_sources(document: Document) -> tuple[str, ...]:
    """Addresses of scripts, frames and included files that bring the footer, in page order."""
    addresses = _addresses(document, read_scripts(document))
    found = dict.fromkeys(document.resolve(address) for address in addresses)
    found.pop("", None)
    return tuple(found)[:_SOURCES]


def _addresses(document: Document, scripts: Sequence[Script]) -> Iterator[str]:
    sourced = _WORD.search(script_sources(document)) is not None
    for node, source, text in scripts:
        if source:
            if sourced and is_footer_address(source) and shown(node):
                yield source
        else:
            yield from _loaded(text)
    included = document.mentions("include")
    for node in document.tree.css(_INCLUDES) if included else document.nodes(*_FRAMES):
        attributes = node.attributes
        address = next((attributes[name] or "" for name in _ATTRIBUTES if attributes.get(name)), "")
        if (is_footer_address(address) or _is_footer_frame(node)) and shown(node):
            yield address
    yield from frames_below(document)
    if read_footer(document) is None:
        yield from _nameless_below(document)


@once
def frames_below(document: Document) -> tuple[str, ...]:
    """Addresses of wide frames of the same site that stand below the page's text.

    Such a frame is a footer, whatever it is called; what a page shows besides it may be the
    footer for telephones alone.
    """
    frames = document.outline.places.get("iframe", ())
    if not frames:
        return ()
    footer = read_footer(document)
    last = _last_text(document, footer.places[0][1] if footer and footer.places else None)
    return tuple(
        document.attribute(place, "src")
        for place in frames
        if place > last and _is_wide(document, place) and shown(document.outline.nodes[place])
    )


def _last_text(document: Document, before: int | None) -> int:
    """The place of the last text of some words, above the footer where one is shown."""
    outline = document.outline
    for index in reversed(outline.places.get("-text", ())):
        if before is not None and index >= before:
            continue
        shown_here = outline.tags[outline.parents[index]] not in HIDDEN
        if shown_here and len(outline.texts[index].strip()) >= _FEW_WORDS:
            return index
    return 0


def _is_wide(document: Document, place: int) -> bool:
    """Whether a frame spans the page and is of this site; counters and forms are small."""
    address = document.attribute(place, "src")
    if not address or host_of(document.resolve(address)) != host_of(document.url):
        return False
    width, height = (document.attribute(place, side).strip() for side in ("width", "height"))
    return width in {"100%", ""} and (not height.isdigit() or int(height) >= _LOWEST)


def _nameless_below(document: Document) -> list[str]:
    """The included scripts without a telling name that stand below the last text of a page.

    A page that shows no footer words at all gets its footer from one of them.
    """
    last = _last_text(document, None)
    below = [place for place in document.outline.places.get("script", ()) if place > last]
    sources = [document.attribute(place, "src") for place in below]
    return [source for source in sources if _NAMELESS.search(source)][:_NAMELESS_TRIED]


@remembered
def _loaded(script: str) -> tuple[str, ...]:
    """Addresses of footers that a script loads."""
    if "load(" in script or "get(" in script or "ajax" in script or "fetch(" in script:
        return tuple(filter(is_footer_address, _LOADED.findall(live_script(script))))
    return ()


def is_left_to_a_script(document: Document) -> bool:
    """Whether the page keeps an empty place for its footer that an unnamed script must fill.

    Such a page shows no badge as it stands; only a browser can say more.
    """
    for node in document.tree.css(_PLACE)[-4:]:
        if (
            node.tag in {"div", "footer"}
            and not node.text().strip()
            and not node.css_first("img, a")
        ):
            return any(script.source for script in read_scripts(document))
    return False


def is_footer_address(address: str) -> bool:
    """Whether an address names a footer: `/js/footer.js`, `../footer_index.html`, `foot.htm`."""
    return bool(_NAME.search(address)) and not _LIBRARY.search(address)


def _is_footer_frame(node: LexborNode) -> bool:
    if node.tag not in {"iframe", "frame"}:
        return False
    attributes = node.attributes
    names = (attributes.get("name"), attributes.get("id"), attributes.get("class"))
    return any(_FRAME_NAME.match(name) for name in names if name)
