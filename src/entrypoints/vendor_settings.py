"""Which vendors are asked, in which order, and our accounts there; without one everything stays on this machine.

A channel names its vendors with commas between, best first: `ENGINEBAY_SMS=twilio,sns`.
"""

from __future__ import annotations

import re
from typing import Annotated, ClassVar

from pydantic import AfterValidator, BaseModel, Field, SecretStr, ValidationInfo, field_validator

from entrypoints.addresses import whole

SANDBOX = ("sandbox", "understudy")
"""Two vendors on this machine, so that failing over can be seen without an account anywhere."""
SANDBOXED = ",".join(SANDBOX)


def _base(url: str) -> str:
    return whole(url, ("http", "https"), "https://api.example.com").rstrip("/") if url else ""


VAPID = re.compile(r"[A-Za-z0-9_-]{43}=?")

Address = Annotated[str, AfterValidator(_base)]
"""A vendor's base address, whole and without a last slash; empty is the vendor's own."""


class Twilio(BaseModel):
    """SMS and calls: https://console.twilio.com. `sender` is a number of ours or an alphanumeric sender id; an empty
    `voice` is Twilio's own for the language of a call."""

    account_sid: str = ""
    auth_token: SecretStr = SecretStr("")
    sender: str = ""
    messaging_service_sid: str = ""
    voice: str = ""
    base_url: Address = ""


class Aws(BaseModel):
    """SMS and push (SNS), mail (SES) and files (S3). Empty keys leave it to boto3's own chain (role, profile).

    `sms_sender` is what phones show where a country allows it: 1 to 11 letters and digits."""

    region: str = "eu-west-1"
    access_key_id: str = ""
    secret_access_key: SecretStr = SecretStr("")
    endpoint_url: Address = ""
    sms_sender: str = Field(default="", pattern="^([A-Za-z0-9-]{1,11})?$")
    bucket: str = ""
    fcm_application_arn: str = ""
    apns_application_arn: str = ""
    news_topics: str = ""


class GoogleMaps(BaseModel):
    """Geocoding and geolocation: https://console.cloud.google.com/google/maps-apis. Empty `base_url`: Google's own."""

    api_key: SecretStr = SecretStr("")
    base_url: Address = ""


class Nominatim(BaseModel):
    """OpenStreetMap's geocoder; its policy asks for a user agent that names us and a person to write to."""

    base_url: Address = "https://nominatim.openstreetmap.org"
    contact: str = ""


class WebPush(BaseModel):
    """Push to browsers (RFC 8292, VAPID). `private_key` is URL-safe base64; made in development when it is empty.

    `trusted_hosts` are push services of our own, with commas between, that need be neither public nor asked by https.
    """

    private_key: SecretStr = SecretStr("")
    contact: str = ""
    trusted_hosts: str = ""

    @field_validator("private_key")
    @classmethod
    def _whole(cls, key: SecretStr) -> SecretStr:
        """Empty, or 32 bytes."""
        given = key.get_secret_value()
        if given and not VAPID.fullmatch(given):
            raise ValueError(
                "it must be 32 bytes as URL-safe base64; docs/accounts/webpush.md has the line that makes it"
            )
        return key


class Google(BaseModel):
    """Sign-in with Google (OpenID Connect)."""

    client_id: str = ""
    client_secret: SecretStr = SecretStr("")
    discovery_url: str = "https://accounts.google.com/.well-known/openid-configuration"


class Facebook(BaseModel):
    """Sign-in with Facebook (Graph)."""

    app_id: str = ""
    app_secret: SecretStr = SecretStr("")
    base_url: Address = ""


CHANNELS: dict[str, tuple[str, ...]] = {
    "mail": ("smtp", "ses", *SANDBOX),
    "sms": ("twilio", "sns", *SANDBOX),
    "calls": ("twilio", *SANDBOX),
    "push": ("webpush", "sns", *SANDBOX),
    "geocoder": ("google", "nominatim", *SANDBOX),
    "geolocation": ("google", *SANDBOX),
}
"""Each channel, and who may stand behind it."""


class VendorSettings(BaseModel):
    """Who is asked for what. An empty `mail` means smtp where ENGINEBAY_SMTP__URL is set, and the sandbox otherwise."""

    channels: ClassVar[dict[str, tuple[str, ...]]] = CHANNELS

    mail: str = ""
    sms: str = SANDBOXED
    calls: str = SANDBOXED
    push: str = SANDBOXED
    geocoder: str = SANDBOXED
    geolocation: str = SANDBOXED
    files: str = Field(default="disk", pattern="^(disk|s3)$")
    twilio: Twilio = Twilio()
    aws: Aws = Aws()
    google_maps: GoogleMaps = GoogleMaps()
    nominatim: Nominatim = Nominatim()
    webpush: WebPush = WebPush()
    google: Google = Google()
    facebook: Facebook = Facebook()

    @field_validator("mail", "sms", "calls", "push", "geocoder", "geolocation")
    @classmethod
    def _known(cls, given: str, field: ValidationInfo) -> str:
        """Without spaces, each known and named once."""
        names = [name.strip() for name in given.split(",") if name.strip()]
        known = CHANNELS[field.field_name or ""]
        if set(names) - set(known) or len(set(names)) < len(names):
            raise ValueError(f"it must be one of {', '.join(known)}, or several with commas between, best first")
        return ",".join(names)

    def vendors_of(self, channel: str) -> list[str]:
        """The names of a channel's vendors, best first."""
        chosen: str = getattr(self, channel)
        if channel == "mail" and not chosen:
            smtp = getattr(self, "smtp", None)
            chosen = "smtp" if smtp is not None and smtp.url is not None else SANDBOXED
        return chosen.split(",") if chosen else list(SANDBOX)
