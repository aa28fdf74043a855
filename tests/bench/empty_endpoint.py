"""The floor of the service's framework: a body is read as bytes, and bytes of a usual answer's size go back."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

_ANSWER = b'{"cards":[]}'.ljust(5_000)


@asynccontextmanager
async def _frozen(_: FastAPI) -> AsyncIterator[None]:
    gc.collect()
    gc.freeze()
    yield


app = FastAPI(lifespan=_frozen)


@app.post("/empty")
async def empty(request: Request) -> Response:
    await request.body()
    return Response(_ANSWER, media_type="application/json")
