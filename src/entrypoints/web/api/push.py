"""`/api/v1/devices`: devices and browsers are signed up for pushes, and off again by whoever holds their key."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, request
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.domain.devices import KINDS, PushDevice
from core.domain.kernel.errors import NotFound
from core.domain.kernel.ids import is_id
from entrypoints import boundary, policies
from entrypoints.container import App
from entrypoints.web.answers import json_answer
from entrypoints.web.api.bodies import json_body, read_shape
from entrypoints.web.api.described import describe
from entrypoints.web.api.shapes import shape_errors
from entrypoints.web.visitors import NOBODY

NO_DEVICE = {404: "No such device, or the key does not open it."}


class DeviceIn(BaseModel):
    """Where pushes are to go."""

    model_config = ConfigDict(extra="forbid", strict=True)
    kind: str = Field(description="What it speaks.", json_schema_extra={"enum": list(KINDS)})
    address: str = Field(
        max_length=2000, description="The `endpoint` of a browser's subscription, or the token of a phone's app."
    )
    keys: dict[str, str] = Field({}, description="The `keys` of a browser's subscription: p256dh and auth.")


class DeviceOut(BaseModel):
    """A device that is signed up."""

    id: str
    key: str = Field(description="Opens this device and nothing else: keep it to sign the device off.")
    kind: str
    place: str = Field(description="Who carries pushes to it.")
    created_at: datetime


class PushKeyOut(BaseModel):
    """By what browsers and push services know us (VAPID, RFC 8292)."""

    key: str = Field(description="Give it to `pushManager.subscribe` as `applicationServerKey`.")


def add_routes(api: Blueprint, app: App) -> None:
    """Put the routes on the API."""
    _add_key(api, app)
    _add_signing(api, app)


def _add_key(api: Blueprint, app: App) -> None:
    @api.get("/push-key")
    @policies.anyone
    @describe(gives={200: PushKeyOut}, problems=(429,), tag="Devices")
    def show_push_key() -> Response:
        """Read the key that a browser signs up with."""
        return json_answer({"key": app.push_public_key()})


def _add_signing(api: Blueprint, app: App) -> None:
    @api.post("/devices")
    @policies.scoped("anyone", "devices")
    @describe(takes=DeviceIn, gives={201: DeviceOut}, problems=(400, 413, 415, 422, 429, 503), tag="Devices")
    def sign_device_up() -> Response:
        """Sign a device up for pushes.

        The same address again is the same device, with its new keys. No account is needed; who is signed in owns it.
        """
        given = _read()
        actor = boundary.current_actor().id
        with app.uow.transaction():
            device = app.device_desk.sign_up(
                kind=given.kind, address=given.address, keys=given.keys, owner="" if actor in NOBODY else actor
            )
        return json_answer(_shown(app, device), status=201)

    @api.delete("/devices/<device_id>")
    @policies.key_holder
    @describe(gives={204: None}, problems=(404, 429, 503), tag="Devices", keyed=True, reasons=NO_DEVICE)
    def sign_device_off(device_id: str) -> Response:
        """Sign a device off; nothing more is sent to it."""
        check_key(app, device_id, request.args.get("key", ""))
        with app.uow.transaction():
            app.device_desk.sign_off(device_id)
        return Response(status=204)


def check_key(app: App, device_id: str, key: str) -> None:
    """Return for whoever holds a device's key. Raises `NotFound` for everyone else."""
    if not is_id(device_id, "dev") or not key or not app.links.opens(device_id, key):
        raise NotFound("There is no such device, or this key does not open it. Sign the device up again.")


def _read() -> DeviceIn:
    try:
        return read_shape(DeviceIn, json_body())
    except ValidationError as wrong:
        raise shape_errors(wrong) from None


def _shown(app: App, device: PushDevice) -> dict[str, Any]:
    return {
        "id": device.id, "key": app.links.sign(device.id), "kind": device.kind, "place": device.place,
        "created_at": device.created_at,
    }  # fmt: skip
