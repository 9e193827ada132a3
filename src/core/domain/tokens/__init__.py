"""Access tokens that people make for their programs; it knows no header, no page and no password."""

from core.domain.tokens.desk import Books, Made, TokenDesk
from core.domain.tokens.gate import TokenGate
from core.domain.tokens.letters import MESSAGES, TokenLetters
from core.domain.tokens.mint import PREFIX
from core.domain.tokens.token import LIVES, AccessToken

__all__ = ["LIVES", "MESSAGES", "PREFIX", "AccessToken", "Books", "Made", "TokenDesk", "TokenGate", "TokenLetters"]
