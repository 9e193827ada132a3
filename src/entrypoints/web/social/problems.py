"""What is said to somebody who was not let in by an account elsewhere: what happened, and what they can do now."""

from __future__ import annotations

from math import ceil

from flask import make_response, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from core.domain.kernel.errors import Unavailable
from core.domain.social import Refused, Why
from entrypoints.container import App
from entrypoints.languages import N_, told

SAID = {
    Why.DENIED: (
        403, N_("You were not signed in"),
        N_("You did not agree at %(provider)s, so we know nothing about you. Try again, or choose another way."),
    ),
    Why.EXPIRED: (400, N_("That took too long"), N_("A sign-in lasts ten minutes, and works once. Begin again.")),
    Why.USED: (
        400, N_("This was used already"),
        N_("An answer of %(provider)s works once. If you are not signed in by now, begin again."),
    ),
    Why.STRANGE: (
        400, N_("This answer was not asked for"),
        N_("It does not belong to a sign-in that this browser began. Begin again, with cookies allowed for this site."),
    ),
    Why.DOUBTFUL: (
        400, N_("We could not believe that answer"),
        N_("What came from %(provider)s was not made for this sign-in, or is too old. Begin again."),
    ),
    Why.TAKEN: (
        409, N_("You have an account here already"),
        N_("There is an account with the address %(email)s. Sign in to it once, then connect %(provider)s with it: so "
           "that nobody gets into an account by an address alone."),
    ),
    Why.ELSEWHERE: (
        409, N_("It belongs to another account"),
        N_("That account at %(provider)s is connected with another account here. Sign in to that one and disconnect it "
           "there first."),
    ),
    Why.SOMEBODY_ELSE: (
        403, N_("That is another account"),
        N_("The account at %(provider)s that you chose is not connected with yours. Choose the one that is."),
    ),
    Why.SUSPENDED: (
        403, N_("This account is suspended"), "",
    ),
}  # fmt: skip
AWAY = N_("%(provider)s does not answer just now. Sign in with your password, or try again in a moment.")
CONNECTIONS = "/account/connections"


def refusal(app: App, refused: Refused) -> ResponseReturnValue:
    """The page for an answer that was not taken."""
    status, title, sentence = SAID[refused.why]
    said = told(sentence) % {"provider": label_of(app, refused.provider), "email": refused.email}
    onward = CONNECTIONS if refused.why is Why.TAKEN else refused.onward
    return _page(title, said or refused.sentence, refused.provider, onward, str(refused.why)), status


def away(app: App, provider: str, failure: Unavailable, onward: str = "") -> ResponseReturnValue:
    """The page for a provider that does not answer; what it said is for the operator, in the meter and the log."""
    said = told(AWAY) % {"provider": label_of(app, provider)}
    answer = make_response(_page(N_("Not available just now"), said, provider, onward, "away"), 503)
    answer.headers["Retry-After"] = str(ceil(failure.retry_after or 5))
    return answer


def label_of(app: App, provider: str) -> str:
    """What a provider is called."""
    return next((offer.label for offer in app.social_offers if offer.name == provider), provider.capitalize())


def _page(title: str, sentence: str, provider: str, onward: str, why: str) -> str:
    return render_template(
        "social/problem.html", title=title, sentence=sentence, provider=provider, onward=onward, why=why,
        known=current_user.is_authenticated,
    )  # fmt: skip
