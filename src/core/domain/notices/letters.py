"""The code that is sent to a phone, on its way; it decides nothing."""

from __future__ import annotations

from core.domain.kernel.errors import Rejected
from core.domain.kernel.marks import Effects, on
from core.domain.kernel.messages import Fact, MessageClass
from core.domain.notices.phone import PHONE_CHANGED, Codes, PhoneCodeAsked
from core.domain.post import PostRoom, Recipient
from core.domain.tasks import Run
from core.ports.notices import Reaches
from core.ports.stationery import Channel

PHONE_CODE = MessageClass(
    name="phone_code",
    label="A code for a phone",
    tells="The code that shows that a phone number is somebody's, to that number.",
    facts={"code": Fact("Six digits; they work once, for ten minutes", "314159")},
    channels=(Channel.SMS,),
    critical=True,
)
MESSAGES = (PHONE_CODE, PHONE_CHANGED)


class PhoneMail:
    """Sends codes."""

    def __init__(self, reaches: Reaches, codes: Codes, post: PostRoom) -> None:
        self._reaches, self._codes, self._post = reaches, codes, post

    @on(PhoneCodeAsked, "notices.send-code", queue="mail", effects=Effects.OUTSIDE, priority=2, give_up_after=600.0)
    def send_code(self, event: PhoneCodeAsked, run: Run) -> None:
        """Send a code, while it is still good for something. A number that takes none is no task that failed."""
        with run.start():
            proof = self._reaches.proof(event.proof_id)
            envelope = None
            if proof is not None and proof.is_open(run.now()):
                to = Recipient(phone=proof.phone, user=proof.user_id)
                envelope = self._post.address(PHONE_CODE.name, to, {"code": self._codes.code(proof)}, run)
        try:
            sent = self._post.send(envelope, run) if envelope else None
        except Rejected as refused:
            sent = {"refused": refused.sentence}
        run.settle(sent)
