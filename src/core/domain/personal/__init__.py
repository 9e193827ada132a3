"""What is held of people: given to them as a file, and erased when they leave; it knows no table and no page."""

from core.domain.personal.copies import CopyDesk, CopyWork
from core.domain.personal.dossier import Dossier
from core.domain.personal.leaving import GRACE, Eraser, LeavingDesk
from core.domain.personal.letters import MESSAGES, CopyLetters

__all__ = ["GRACE", "MESSAGES", "CopyDesk", "CopyLetters", "CopyWork", "Dossier", "Eraser", "LeavingDesk"]
