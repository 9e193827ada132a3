"""How people want to be told of things, and the bell that tells them on the site; it sends nothing itself."""

from core.domain.notices.desk import NoticeDesk, Shown
from core.domain.notices.letters import MESSAGES, PhoneMail
from core.domain.notices.notice import Notice
from core.domain.notices.phone import Codes, PhoneDesk, PhoneProof
from core.domain.notices.preferences import BELL, Choice, Preference, PreferenceDesk, Reach
from core.domain.notices.quiet import QuietHours
from core.domain.notices.wishes import AddressBook, KeptWishes

__all__ = [
    "BELL", "MESSAGES", "AddressBook", "Choice", "Codes", "KeptWishes", "Notice", "NoticeDesk", "PhoneDesk",
    "PhoneMail", "PhoneProof", "Preference", "PreferenceDesk", "QuietHours", "Reach", "Shown",
]  # fmt: skip
