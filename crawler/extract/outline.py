"""The tree of a page as flat lists: what all readers of a page walk over."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, field
from sys import intern
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from selectolax.lexbor import LexborHTMLParser, LexborNode

_TEXT: Final = 2  # lexbor's numbers of names
_COMMENT: Final = 4
_FIXED: Final = 300  # below stand the names every document knows, above its own ones
_NAMES: Final[dict[int, str]] = {_TEXT: "-text"}
MOST_NODES: Final = 150_000  # real pages stay below 20,000; what follows is not read
HIDDEN: Final = frozenset(
    ["script", "style", "noscript", "template", "textarea", "title", "option"]
)
_INLINE_NAMES: Final = (
    "a abbr b big em font i ins label mark s small span strong sub sup u wbr nobr ucapcontent"
)
INLINE: Final = frozenset(_INLINE_NAMES.split())


def squeeze(text: str) -> str:
    """The text with runs of white space (full-width and no-break too) made one space, trimmed."""
    return " ".join(text.split())


@dataclass(frozen=True, slots=True)
class Outline:
    """The tree as flat lists in document order: position i is one element or one text.

    `tags[i]` is the element's name or `-text`; `parents[i]` the position of its parent (-1 at the
    root); `ends[i]` the position after its last descendant; `texts[i]` a text's content, empty for
    elements; `nodes[i]` the node; `places[name]` the positions of all nodes of that name;
    `unseen` the positions of elements that nobody sees, scripts and the like.
    Comments and blank texts are left out.
    """

    tags: list[str]
    parents: list[int]
    ends: list[int]
    texts: list[str]
    nodes: list[LexborNode]
    places: dict[str, list[int]]
    unseen: list[int]
    _attributes: dict[int, dict[str, str | None]] = field(default_factory=dict)

    def attributes(self, index: int) -> Mapping[str, str | None]:
        """The attributes of the element at a position, made once for all that ask."""
        found = self._attributes.get(index)
        if found is None:
            found = self._attributes[index] = self.nodes[index].attributes
        return found

    def holds(self, index: int, tag: str) -> bool:
        """Whether an element is, or holds, one of a name."""
        places = self.places.get(tag, ())
        first = bisect_left(places, index)
        return first < len(places) and places[first] < self.ends[index]

    def inner_text(self, index: int) -> str:
        """The squeezed text under an element, scripts and the like left out."""
        if self.ends[index] == index + 2 and self.texts[index + 1]:
            return squeeze(self.texts[index + 1]) if self.tags[index] not in HIDDEN else ""
        return squeeze("".join(self.pieces(index)))

    def pieces(self, index: int) -> list[str]:
        """The visible texts under an element, in order; block edges become spaces."""
        end = self.ends[index]
        inside = zip(self.texts[index:end], self.tags[index:end], strict=True)
        found = [text or ("" if tag in INLINE else " ") for text, tag in inside]
        unseen = self.unseen
        for place in unseen[bisect_left(unseen, index) : bisect_left(unseen, end)]:
            after = self.ends[place]
            found[place - index : after - index] = [""] * (after - place)
        return found


def outline_of(tree: LexborHTMLParser) -> Outline:
    """One walk over the tree. Plain and flat because it runs for each node of each page.

    The walk goes by child and sibling: asking each node for its parent would make twice the objects.
    """
    tags: list[str] = []
    parents: list[int] = []
    ends: list[int] = []
    texts: list[str] = []
    nodes: list[LexborNode] = []
    places: defaultdict[str, list[int]] = defaultdict(list)
    above: list[tuple[LexborNode, int]] = []  # open elements, each with the place of its parent
    names = _NAMES.get
    inside = places["-text"]
    parent = -1
    count = 0
    node = tree.root
    while node is not None and count < MOST_NODES:
        kind = node.tag_id
        if kind == _COMMENT:
            node = node.next
        elif kind == _TEXT:
            text = node.text_content
            if text and not text.isspace():
                inside.append(count)
                tags.append("-text")
                parents.append(parent)
                texts.append(text)
                nodes.append(node)
                count += 1
                ends.append(count)
            node = node.next
        else:
            tag = names(kind) or _name(node, kind)
            places[tag].append(count)
            tags.append(tag)
            parents.append(parent)
            texts.append("")
            nodes.append(node)
            count += 1
            ends.append(count)
            child = node.child
            if child is None:
                node = node.next
            else:
                above.append((node, parent))
                parent, node = count - 1, child
        while node is None and above:
            ends[parent] = count
            last, parent = above.pop()
            node = last.next
    for _, outer in reversed(above):  # still open where the walk was cut
        ends[parent], parent = count, outer
    unseen = sorted([place for tag in HIDDEN if tag in places for place in places[tag]])
    return Outline(tags, parents, ends, texts, nodes, dict(places), unseen)


def _name(node: LexborNode, kind: int) -> str:
    """The name of an element; one text for all of that name, so that comparing is fast."""
    name = intern(node.tag or "-unknown")
    if kind < _FIXED:
        _NAMES[kind] = name
    return name
