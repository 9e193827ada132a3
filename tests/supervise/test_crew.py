"""Children forked from one process: each its own pipe, name, session and end; and none when that process fails."""

import os
import signal
import sys
from pathlib import Path

import pytest
from tests.supervise.run import ROOT, until

from entrypoints.supervise.children import Child
from entrypoints.supervise.crew import fork_together

BECOME = """import sys, time
from entrypoints.worker.together import become
words = become(sys.argv[2:])
print("I am", *words, flush=True)
time.sleep(60 if words == ["steady"] else 0)
sys.exit(len(words))
"""


@pytest.fixture
def crew(tmp_path):
    """Children of a program in a file: `crew(program, "", "steady")`, each with its words."""

    def made(program: str, *words: str) -> list[Child]:
        (tmp_path / "worker.py").write_text(program)
        command, env = [sys.executable, str(tmp_path / "worker.py")], {"PYTHONPATH": str(ROOT / "src")}
        return [Child(name=f"child {each}", command=[*command, *each.split()], env=env) for each in words]

    return made


def test_each_is_a_child_of_ours_with_its_own_words_output_and_end(crew):
    children = crew(BECOME, "", "quick", "steady")
    forked = fork_together(children)
    for child, process in zip(children, forked, strict=True):
        child.live(process)
    steady = forked[-1]
    assert os.getsid(steady.pid) == steady.pid
    shown = Path(f"/proc/{steady.pid}/cmdline").read_bytes().rstrip(b"\0").split(b"\0")
    assert shown == [word.encode() for word in children[-1].command]
    heard = [_first_line(child) for child in children]
    assert heard == ["I am", "I am quick", "I am steady"]
    children[-1].signal(signal.SIGKILL)
    until(lambda: None not in [child.ended() for child in children], 10, "their ends")
    assert [child.ended() for child in children] == [0, 1, -signal.SIGKILL]
    assert children[-1].bury() == "It was ended by SIGKILL. It starts again in 0.5 s."


def test_none_is_started_when_the_app_cannot_be_loaded(crew):
    before = set(os.listdir("/proc/self/fd"))
    assert fork_together(crew("import nothing.of_the_kind", "", "scheduler")) == []
    assert set(os.listdir("/proc/self/fd")) == before


def _first_line(child: Child) -> str:
    said: list[str] = []
    until(lambda: said.extend(child.lines()) or said, 10, f"a word of {child.name}")
    return said[0]
