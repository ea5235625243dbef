"""The JSON API, version 1: what the report tool reads, and decisions for programs."""

from fastapi import APIRouter, Request, Security
from fastapi.security import HTTPBearer
from starlette.responses import JSONResponse, Response

from web.api import decisions, findings, registry, runs, windows
from web.api.shapes import Failure
from web.pages.given import Reader

router = APIRouter(
    prefix="/api/v1",
    dependencies=[Security(HTTPBearer(auto_error=False, description="a key made at /tokens"))],
    responses={
        401: {"model": Failure},
        403: {"model": Failure},
        404: {"model": Failure},
        409: {"model": Failure},
        413: {"model": Failure},
        422: {"model": Failure},
        503: {"model": Failure},
    },
)
for part in (registry, runs, findings, decisions, windows):
    router.include_router(part.router)


@router.get("/openapi.json", include_in_schema=False)
def openapi(request: Request, person: Reader) -> Response:
    """The description of this API."""
    del person
    return JSONResponse(request.app.openapi())
