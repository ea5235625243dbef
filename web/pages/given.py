"""What every page is given: the person by right, and small readings of addresses and forms."""

from datetime import date
from typing import Annotated

from fastapi import Depends, Form, Query, Request

from web.desk import DeskError
from web.identity import Person, needs
from web.paging import number_of
from web.roles import Right

Reader = Annotated[Person, Depends(needs(Right.READ))]
Operator = Annotated[Person, Depends(needs(Right.DECIDE))]
Registrar = Annotated[Person, Depends(needs(Right.REGISTER))]
WholeReader = Annotated[Person, Depends(needs(Right.READ, whole=True))]
WholeRegistrar = Annotated[Person, Depends(needs(Right.REGISTER, whole=True))]
Admin = Annotated[Person, Depends(needs(Right.ADMINISTER))]
WholeAdmin = Annotated[Person, Depends(needs(Right.ADMINISTER, whole=True))]

Text = Annotated[str, Form(max_length=4000)]
Short = Annotated[str, Form(max_length=300)]
Asked = Annotated[str, Query(max_length=300)]


def page_number(request: Request) -> int:
    """The page that the address asks for."""
    return number_of(request.query_params.get("page"))


async def form_fields(request: Request) -> dict[str, str]:
    """The text fields of a form whose names are data."""
    form = await request.form()
    return {name: value[:4000] for name, value in form.items() if isinstance(value, str)}


Fields = Annotated[dict[str, str], Depends(form_fields)]
PageNumber = Annotated[int, Depends(page_number)]


def whole_number(text: str) -> int | None:
    """An id as an address or a form gives it; None for nothing or nonsense."""
    plain = text.isascii() and text.isdigit() and len(text) < 10
    return int(text) if plain else None


def day(text: str, what: str) -> date | None:
    """A day of a form; None where the field is empty."""
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise DeskError(422, f"{what}应写成 2023-03-31") from error


def our_path(text: str) -> str:
    """An address within the desk to go back to; anything else is the front page."""
    inside = text.startswith("/") and not text.startswith(("//", "/\\"))
    return text if inside and text.isprintable() and len(text) < 500 else "/"
