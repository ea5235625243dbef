"""Reading wishes: what a block says, the scenario's defaults behind it, choices and ranges."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from democity.language import AccountBlock, Block, ScenarioError, SiteBlock
from democity.seed import draw, weighted, word

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from democity.language import Choice, Range
    from democity.plans import Unit

Named = TypeVar("Named", SiteBlock, AccountBlock)


def with_defaults(block: Named, wishes: Block) -> Named:
    """What the block says, and the wishes where it says nothing."""
    said = block.model_fields_set
    missing = {
        name: getattr(wishes, name) for name in type(wishes).model_fields if name not in said
    }
    return block.model_copy(update=missing)


def named(
    blocks: Sequence[Named], wishes: Block, units: Collection[str], where: str
) -> Iterator[tuple[Named, str]]:
    """Each block as often as it counts, with its path; a unit that nobody stated is an error."""
    for place, block in enumerate(blocks):
        path = f"{where}[{place}]"
        if block.unit not in units:
            message = f"{path}.unit: {block.unit} is not among the units"
            raise ScenarioError(message)
        merged = with_defaults(block, wishes)
        for _ in range(block.count):
            yield merged, path


def remaining(unit: Unit, total: int | None, there: int, where: str) -> int:
    """How many more a unit needs for its total."""
    if total is not None and there > total:
        message = f"{where}: {unit.name} names {there} already, its total is {total}"
        raise ScenarioError(message)
    return (total or there) - there


def known(name: str, among: Mapping[str, object], where: str) -> str:
    """The name, if it is one of those; else an error that tells them all."""
    if name not in among:
        message = f"{where}: {name} is not known; known: {', '.join(among)}"
        raise ScenarioError(message)
    return name


def chosen(choice: Choice, key: int, salt: str) -> str:
    """A word, one of several, or one of several by weight."""
    if isinstance(choice, str):
        return choice
    options = dict.fromkeys(choice, 1) if isinstance(choice, list) else choice
    return weighted(options, key, word(salt))


def ranged(wish: Range, key: int, salt: str) -> int:
    """A number, or one between two, both included."""
    if isinstance(wish, int):
        return wish
    low, high = wish
    return low + draw(key, word(salt)) % (high - low + 1)
