"""Entities as others see them: a task as JSON, a task in words; it changes nothing and decides nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.domain.tasks import ENDED, State, Task
from entrypoints.languages import N_, exact

WORDS = {
    State.SCHEDULED: (N_("Scheduled"), N_("It starts at the time it was planned for.")),
    State.READY: (N_("Queued"), N_("It is kept safely and waits for the next free worker.")),
    State.RUNNING: (N_("Running"), N_("A worker is on it now.")),
    State.RETRY: (
        N_("Waiting to try again"), N_("A try did not succeed. It is tried again by itself; you need do nothing."),
    ),
    State.DONE: (N_("Done"), N_("Everything is done.")),
    State.DEAD: (
        N_("Failed"), N_("It was tried and given up. Whoever runs this site was told, and can start it again."),
    ),
    State.CANCELLED: (N_("Cancelled"), N_("Somebody cancelled it before it was done.")),
}  # fmt: skip
KEPT_BACK = "A try did not succeed. Whoever runs this site can see why."
NAMES = {
    "devices.try": (N_("A push to try"), N_("Sent"), N_("It shows on your device in a moment.")),
    "contact.deliver": (
        N_("Your message"), N_("Sent"), N_("Your message is in our mailbox. We answer to the address you gave."),
    ),
    "contact.tell-sender": (
        N_("Note to the sender"), N_("Sent"), N_("The note that the message arrived is on its way."),
    ),
}  # fmt: skip


def task_resource(task: Task) -> dict[str, Any]:
    """Return the task exactly as the API shows it."""
    progress = task.progress
    return {
        "id": task.id,
        "name": task.name,
        "state": str(task.state),
        "progress": {"done": progress.done, "total": progress.total, "message": progress.message},
        "attempts": task.attempts,
        "result": task.result,
        "error": task.error,
        "created_at": task.created_at,
        "finished_at": task.finished_at,
    }


def without_reasons(resource: dict[str, Any]) -> dict[str, Any]:
    """Return a task as who only holds its link may see it: that a try failed, not what a server of ours said."""
    return {**resource, "error": resource["error"] and KEPT_BACK}


def pause(task: Task, now: datetime) -> int:
    """Seconds after which looking again is worth it: soon at first, then less often."""
    return 1 if (now - task.created_at).total_seconds() < 60 else 5


@dataclass(frozen=True, kw_only=True)
class Step:
    """One station of a task's way; `place` is past, present or ahead."""

    word: str
    place: str


@dataclass(frozen=True, kw_only=True)
class TaskInWords:
    """A task as its page shows it."""

    title: str
    word: str
    sentence: str
    tone: str
    ended: bool
    elapsed: str
    steps: list[Step]


def task_in_words(task: Task, now: datetime) -> TaskInWords:
    """Return the words for a task."""
    state = State(task.state)
    word, sentence = WORDS[state]
    title, done_word, done_sentence = NAMES.get(task.name, (task.name, *WORDS[State.DONE]))
    if state is State.DONE:
        word, sentence = done_word, done_sentence
    return TaskInWords(
        title=title,
        word=word,
        sentence=sentence,
        tone=_tone(state),
        ended=state in ENDED,
        elapsed=duration(((task.finished_at or now) - task.created_at).total_seconds()),
        steps=_steps(state, done_word),
    )


def duration(seconds: float) -> str:
    """Return a length of time as people say it: 0.4 s, 12 s, 3 min 5 s, 2 h 4 min."""
    if seconds < 10:
        return f"{exact(max(0.0, seconds), '.1f')} s"
    minutes, rest = divmod(int(seconds), 60)
    if minutes == 0:
        return f"{rest} s"
    hours, minutes = divmod(minutes, 60)
    return f"{minutes} min {rest} s" if hours == 0 else f"{hours} h {minutes} min"


def _tone(state: State) -> str:
    tones = {State.DONE: "good", State.DEAD: "bad", State.CANCELLED: "muted", State.RETRY: "warn"}
    return tones.get(state, "live")


def _steps(state: State, done_word: str) -> list[Step]:
    last = {State.DEAD: "Failed", State.CANCELLED: "Cancelled"}.get(state, done_word)
    at = {State.RUNNING: 2, State.RETRY: 1}.get(state, 3 if state in ENDED else 1)
    words = [N_("Kept"), N_("Waiting") if state is State.RETRY else N_("Queued"), N_("Running"), last]
    return [
        Step(word=word, place="past" if number < at else "present" if number == at else "ahead")
        for number, word in enumerate(words)
    ]
