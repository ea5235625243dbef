"""Planted problems of accounts: what they change of a plan, and what must be found.

As with sites, a parameter may stay on the right side: then the account is a look-alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field, model_validator

from democity.language import Block

if TYPE_CHECKING:
    from collections.abc import Iterator

PERSON = ("undetermined", "needs_person")
FAIL = ("fail", "")
STRANGER = "1699432410"


@dataclass(slots=True)
class AccountDraft:
    """What a problem may change while an account is planned.

    `shown_as` is the name that the platform shows (empty: the registered one), `entity` the
    certified text (None: the usual one), `certified` False: no certificate. `card`: the 视频号 that
    stands in its articles. `menu_link`: where its menu leads. `functions`: both, menu, none.
    `likes`: whose post it likes, a stranger's id or that of the platform's first account.
    """

    name: str
    sponsor: str
    code: str
    scene: str
    scene_nights: tuple[int, ...]
    shown_as: str = ""
    entity: str | None = None
    certified: bool = True
    card: str = ""
    menu_link: str = ""
    functions: str = "both"
    likes: str = ""


class AccountProblem(Block):
    """One planted problem with its parameters."""

    code: ClassVar[str]

    def plant(self, draft: AccountDraft) -> None:
        """Change the account so that the problem is there; some are there by the register alone."""
        del draft

    def found(self) -> Iterator[tuple[str, str]]:
        """Outcome and reason of what must be found; nothing when it is only a look-alike."""
        raise NotImplementedError


class Silent(AccountProblem):
    """M2.1: the last post was `age` days before the last night, or on a day, or never.

    `looked`: an operator saw that nothing was ever posted. `even`: every `gap` days exactly.
    """

    code: ClassVar[str] = "M2.1"
    age: int | None = Field(None, ge=0, le=10000)
    last: date | None = None
    never: bool = False
    gap: int = Field(2, ge=1, le=400)
    even: bool = False
    looked: bool = False

    @model_validator(mode="after")
    def _one_of_three(self) -> Silent:
        if sum((self.age is not None, self.last is not None, self.never)) != 1:
            message = "say one of age, last and never"
            raise ValueError(message)
        return self

    def day(self, last_night: date) -> date | None:
        """The day of the last post."""
        if self.never:
            return None
        return self.last or last_night - timedelta(days=self.age or 0)

    def found(self) -> Iterator[tuple[str, str]]:
        """Worked out with what the sources can prove (`democity.accounts`)."""
        yield from ()


class NoFunction(AccountProblem):
    """M3.1: no menu, no message entry; `left: menu` leaves the menu."""

    code: ClassVar[str] = "M3.1"
    left: Literal["none", "menu"] = "none"

    def plant(self, draft: AccountDraft) -> None:
        """Take the functions away."""
        draft.functions = self.left

    def found(self) -> Iterator[tuple[str, str]]:
        """For a person to judge; one function is enough."""
        if self.left == "none":
            yield PERSON


class OtherEntity(AccountProblem):
    """R-SUBJECT: certified for another body; `office` is the sponsor's own office."""

    code: ClassVar[str] = "R-SUBJECT"
    entity: Literal["other", "office"] = "other"

    def plant(self, draft: AccountDraft) -> None:
        """Change the certified text."""
        other = "南山县城市建设投资有限公司官方账号"
        draft.entity = other if self.entity == "other" else f"{draft.sponsor}办公室官方账号"

    def found(self) -> Iterator[tuple[str, str]]:
        """An office speaks for its body."""
        if self.entity == "other":
            yield FAIL


class NoCertificate(AccountProblem):
    """R-UNCERTIFIED: no certificate; `wordless` is one that names nobody."""

    code: ClassVar[str] = "R-UNCERTIFIED"
    certificate: Literal["none", "wordless"] = "none"

    def plant(self, draft: AccountDraft) -> None:
        """Take it away, or its words."""
        draft.certified = self.certificate == "wordless"
        draft.entity = ""

    def found(self) -> Iterator[tuple[str, str]]:
        """A mark without words is a mark."""
        if self.certificate == "none":
            yield FAIL


class OtherName(AccountProblem):
    """R-RENAMED: the platform shows another name; `spaced` is the registered one in other marks."""

    code: ClassVar[str] = "R-RENAMED"
    shown: Literal["other", "spaced"] = "other"

    def plant(self, draft: AccountDraft) -> None:
        """Change the name that is shown."""
        name = draft.name
        draft.shown_as = "掌上便民驿站" if self.shown == "other" else f"{name[:2]}·{name[2:]} "

    def found(self) -> Iterator[tuple[str, str]]:
        """Width, blanks and dots are no other name."""
        if self.shown == "other":
            yield FAIL


class Gone(AccountProblem):
    """R-NOTCLOSED: the platform says that there is no such account; `once`: on the last night alone."""

    code: ClassVar[str] = "R-NOTCLOSED"
    once: bool = False

    def plant(self, draft: AccountDraft) -> None:
        """It plays the scene of a cancelled account."""
        draft.scene = "S17"
        if self.once:
            draft.scene_nights = (2,)

    def found(self) -> Iterator[tuple[str, str]]:
        """Worked out with the nights (`democity.accounts`)."""
        yield from ()


class Twin(AccountProblem):
    """R-DUPLICATE: named with the sponsor of another account; where several are allowed, quiet."""

    code: ClassVar[str] = "R-DUPLICATE"

    def found(self) -> Iterator[tuple[str, str]]:
        """Worked out over the whole register (`democity.accounts`)."""
        yield from ()


class UnknownCard(AccountProblem):
    """R-UNREPORTED: a 视频号 of the account's own name stands in its articles, and in no register.

    `registered` names one that is in the register, under the name given in `known`.
    """

    code: ClassVar[str] = "R-UNREPORTED"
    card: Literal["own", "registered"] = "own"
    known: str = ""

    def plant(self, draft: AccountDraft) -> None:
        """Put the card into the articles."""
        draft.card = self.known or draft.name

    def found(self) -> Iterator[tuple[str, str]]:
        """Registered ones are in order."""
        if self.card == "own":
            yield FAIL


class OddCode(AccountProblem):
    """R-ACCTCODE: a code with another platform's letters, or of an odd shape; `none`: no code."""

    code: ClassVar[str] = "R-ACCTCODE"
    registered: Literal["other", "odd", "none"] = "other"

    def plant(self, draft: AccountDraft) -> None:
        """Change the code."""
        letters = "XL" if draft.code[10:12] == "WX" else "WX"
        codes = {
            "other": f"{draft.code[:10]}{letters}{draft.code[12:]}",
            "odd": draft.code[:12],
            "none": "",
        }
        draft.code = codes[self.registered]

    def found(self) -> Iterator[tuple[str, str]]:
        """A warning beside a pass."""
        if self.registered != "none":
            yield "pass", "other_platform" if self.registered == "other" else "odd_code"


class NamesApart(AccountProblem):
    """R-SAMENAME: named with the sponsor of another platform's account, under another name."""

    code: ClassVar[str] = "R-SAMENAME"

    def found(self) -> Iterator[tuple[str, str]]:
        """Worked out over the whole register (`democity.accounts`)."""
        yield from ()


class DeadMenu(AccountProblem):
    """F-MENU: an entry of the menu leads to nothing; `client`, `alive`: into the client, to a page."""

    code: ClassVar[str] = "F-MENU"
    link: Literal["dead", "client", "alive"] = "dead"

    def plant(self, draft: AccountDraft) -> None:
        """Add the entry."""
        draft.menu_link = {
            "dead": "http://www.gov.cn/gone/bsdt.html",
            "client": "https://mp.weixin.qq.com/mp/homepage?__biz=MzA00001==&hid=1",
            "alive": "http://www.gov.cn/",
        }[self.link]

    def found(self) -> Iterator[tuple[str, str]]:
        """Dead on two nights."""
        if self.link == "dead":
            yield FAIL


class StrangeLike(AccountProblem):
    """F-OFFTOPIC: a public like of a stranger's post, or of a `colleague`'s."""

    code: ClassVar[str] = "F-OFFTOPIC"
    whose: Literal["stranger", "colleague"] = "stranger"

    def plant(self, draft: AccountDraft) -> None:
        """It plays the scene with a like."""
        draft.scene = "S14"
        draft.likes = STRANGER if self.whose == "stranger" else "colleague"

    def found(self) -> Iterator[tuple[str, str]]:
        """Its topic is for a person; the register's own accounts may like each other."""
        if self.whose == "stranger":
            yield PERSON


ACCOUNT_PROBLEMS: dict[str, type[AccountProblem]] = {
    one.code: one
    for one in (
        Silent,
        NoFunction,
        OtherEntity,
        NoCertificate,
        OtherName,
        Gone,
        Twin,
        UnknownCard,
        OddCode,
        NamesApart,
        DeadMenu,
        StrangeLike,
    )
}
"""In the order of the indicators."""
