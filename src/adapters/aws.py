"""Amazon's services by boto3: one client a service, no retries of its own, and its refusals in our words.

It knows no letter, no number and no device; who asks says what a refusal of a request means.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from core.domain.kernel.deadlines import time_left
from core.domain.kernel.errors import Gone, Rejected, Unanswered, Unavailable

CONNECT, READ = 3.05, 10.0
"""Seconds to wait for a connection and for each silence after it, where nobody set a deadline."""
WAITS = (0.5, 2.0, 5.0, READ)
"""Seconds that clients wait: botocore holds a client to one time, so what is left is met from below by one of these."""
BUSY = frozenset({
    "Throttling", "ThrottlingException", "ThrottledException", "Throttled", "TooManyRequestsException", "SlowDown",
    "RequestThrottled", "RequestLimitExceeded", "LimitExceededException", "RequestTimeout", "InternalFailure",
})  # fmt: skip
OURS = frozenset({
    "InvalidClientTokenId", "SignatureDoesNotMatch", "AuthFailure", "UnrecognizedClientException", "AccessDenied",
    "AccessDeniedException", "AuthorizationError", "AuthorizationErrorException", "ExpiredToken", "OptInRequired",
    "ExpiredTokenException", "InvalidAccessKeyId", "MissingAuthenticationToken", "AccountSuspendedException",
    "AccountSendingPaused", "SendingPausedException", "MailFromDomainNotVerifiedException", "NoSuchBucket",
    "MailFromDomainNotVerified", "ConfigurationSetDoesNotExist", "IncompleteSignature", "UserErrorException",
})  # fmt: skip
"""What is wrong with our account and not with the request: another vendor may do it, and an operator must mend it."""


class Aws:
    """An account. `account` is `settings.aws`: region, keys (empty ones leave it to boto3's own chain), endpoint."""

    def __init__(self, account: Any) -> None:
        self._account = account
        self._clients: dict[tuple[str, float], Any] = {}
        self._turn = threading.Lock()

    def client(self, service: str) -> Any:
        """The client of a service, like `sns`, that waits no longer than there is time.

        It is made at its first use: clients serve threads, making one does not.
        """
        left = time_left(READ)
        wait = max((one for one in WAITS if one <= left), default=WAITS[0])
        with self._turn:
            if (service, wait) not in self._clients:
                self._clients[service, wait] = self._made(service, wait)
        return self._clients[service, wait]

    def _made(self, service: str, wait: float) -> Any:
        import boto3  # 0.4 s, which only a process pays that asks Amazon
        from botocore.config import Config

        style = {"addressing_style": "path"} if self._account.endpoint_url else {}
        config = Config(
            connect_timeout=min(CONNECT, wait), read_timeout=wait, max_pool_connections=16,
            retries={"total_max_attempts": 1}, s3=style, user_agent_extra="Enginebay",
        )  # fmt: skip
        keys = self._account.access_key_id, self._account.secret_access_key.get_secret_value()
        return boto3.Session(*(key or None for key in keys), region_name=self._account.region).client(
            service, endpoint_url=self._account.endpoint_url or None, config=config
        )


@contextmanager
def asking(service: str, refused: Collection[str] = (), gone: Collection[str] = ()) -> Iterator[None]:
    """Say what came of a call in our words: `Unavailable`, `Unanswered`, `Rejected` or `Gone`.

    `refused` are codes that refuse this very request whatever their HTTP status, `gone` those of an address that is
    no more. What Amazon says of our own account is `Unavailable`: the request may go another way.
    """
    from botocore import exceptions as said

    try:
        yield
    except said.ClientError as error:
        if code_of(error.response) in gone:
            raise Gone(f"{service} knows this address no more ({code_of(error.response)}). Forget it.") from error
        raise _answered(service, error.response, refused) from error
    except (said.ParamValidationError, UnicodeError) as wrong:
        raise Rejected(f"{service} cannot be asked this: {_short(wrong)}. Correct it, then try again.") from wrong
    except (said.NoCredentialsError, said.PartialCredentialsError, said.NoRegionError, said.ProfileNotFound) as none:
        raise _to_mend(service, _short(none)) from none
    except (said.ConnectTimeoutError, said.EndpointConnectionError, said.ProxyConnectionError, said.SSLError) as away:
        raise Unavailable(f"{service} does not answer ({_short(away)}). Another try follows by itself.") from away
    except said.BotoCoreError as silent:  # read timeout, connection closed in mid-answer, an answer nobody can read
        raise Unanswered(f"{service} was asked and did not say what it did ({_short(silent)}).") from silent


@contextmanager
def repeatable(service: str, refused: Collection[str] = ()) -> Iterator[None]:
    """As `asking`, for what may be asked twice with the same effect: no answer is `Unavailable`, never in doubt."""
    try:
        with asking(service, refused):
            yield
    except Unanswered as silent:
        raise Unavailable(silent.sentence) from silent


def number_in(answer: Any, service: str) -> str:
    """The number that a service gave to what it took over. Raises `Unanswered` for an answer without one."""
    if not answer.get("MessageId"):
        raise Unanswered(f"{service} gave no number for what it was asked to carry: nobody knows whether it did.")
    return str(answer["MessageId"])


def code_of(answer: Any) -> str:
    """The code of a refusal, like `Throttling`."""
    return str(answer.get("Error", {}).get("Code", ""))


def _answered(service: str, answer: Any, refused: Collection[str]) -> Exception:
    code, told = code_of(answer), str(answer.get("Error", {}).get("Message", ""))[:300]
    status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in refused:
        return Rejected(f"{service} refuses this for good: {code} {told}")
    if code in OURS:
        return _to_mend(service, f"{code} {told}")
    if code in BUSY or status == 429 or status >= 500:
        return Unavailable(f"{service} does not take it now: {code or status} {told}", _retry_after(answer))
    return Rejected(f"{service} refuses this for good: {code or status} {told}")


def _retry_after(answer: Any) -> float | None:
    given = str(answer.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("retry-after", ""))
    return float(given) if given.isdigit() else None


def _to_mend(service: str, what: str) -> Unavailable:
    return Unavailable(f"{service} does not accept our account ({what}). Correct ENGINEBAY_AWS__…, then restart.")


def _short(error: BaseException) -> str:
    return " ".join(str(error).split())[:200].rstrip(".")
