"""The typesetting process: replaced when it dies, hangs or has done its share; shared by threads, not by forks."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from json import dumps
from pathlib import Path

import pytest

from lms.certificates.pdf import TEMPLATE, qr_drawing
from lms.certificates.wording import paper
from lms.typesetting.process import Typesetter, TypesettingFailed
from tests.certificates.papers import a_paper


@pytest.fixture
def typesetter() -> Iterator[Typesetter]:
    typesetter = Typesetter(TEMPLATE, documents_per_worker=3)
    yield typesetter
    typesetter.close()


def make(typesetter: Typesetter, name: str = "Aino") -> bytes:
    content = a_paper(holder_name=name)
    inputs = {"paper": dumps(paper(content)), "qr": qr_drawing(content.verify_url)}
    return typesetter.typeset(inputs, made_on=content.issued_on)


def worker_pid(typesetter: Typesetter) -> int:
    assert typesetter.worker is not None
    return typesetter.worker.process.pid


def test_the_process_starts_with_the_first_document_and_serves_the_next(typesetter: Typesetter) -> None:
    assert typesetter.worker is None

    make(typesetter)
    first = worker_pid(typesetter)
    make(typesetter)

    assert worker_pid(typesetter) == first


def test_a_killed_process_is_replaced_and_leaves_no_zombie(typesetter: Typesetter) -> None:
    wanted = make(typesetter)
    killed = worker_pid(typesetter)

    os.kill(killed, signal.SIGKILL)

    assert make(typesetter) == wanted
    assert worker_pid(typesetter) != killed
    assert not Path(f"/proc/{killed}").exists()


def test_a_process_killed_in_the_middle_of_a_document_is_replaced_and_the_document_made(
    typesetter: Typesetter,
) -> None:
    wanted = make(typesetter)
    stopped = worker_pid(typesetter)
    os.kill(stopped, signal.SIGSTOP)

    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(make, typesetter)
        with pytest.raises(TimeoutError):
            waiting.result(timeout=0.2)
        os.kill(stopped, signal.SIGKILL)

    assert waiting.result() == wanted
    assert worker_pid(typesetter) != stopped


def test_a_hanging_process_is_ended_at_the_limit_and_the_next_document_succeeds(
    typesetter: Typesetter,
) -> None:
    wanted = make(typesetter)
    hanging = worker_pid(typesetter)
    typesetter.seconds_per_document = 0.2
    os.kill(hanging, signal.SIGSTOP)

    with pytest.raises(TypesettingFailed, match="not ready"):
        make(typesetter)

    typesetter.seconds_per_document = 10
    assert not Path(f"/proc/{hanging}").exists()
    assert make(typesetter) == wanted


def test_the_process_is_replaced_after_its_share_of_documents(typesetter: Typesetter) -> None:
    make(typesetter)
    first = worker_pid(typesetter)

    make(typesetter)
    make(typesetter)
    make(typesetter)

    assert worker_pid(typesetter) != first
    assert not Path(f"/proc/{first}").exists()


def test_a_refused_document_does_not_end_the_process(typesetter: Typesetter) -> None:
    make(typesetter)
    first = worker_pid(typesetter)

    with pytest.raises(TypesettingFailed):
        make(typesetter, "漢字")

    assert worker_pid(typesetter) == first


def test_threads_each_get_their_own_document(typesetter: Typesetter) -> None:
    names = [f"Aino {number}" for number in range(8)]
    alone = [make(typesetter, name) for name in names]

    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(lambda name: make(typesetter, name), names))

    assert together == alone


def test_a_forked_process_leaves_its_parents_process_alone(typesetter: Typesetter) -> None:
    make(typesetter)
    parents = worker_pid(typesetter)

    child = os.fork()
    if child == 0:
        typesetter.forget()
        made = make(typesetter)
        own = worker_pid(typesetter)
        typesetter.close()
        os._exit(0 if made.startswith(b"%PDF") and own != parents else 1)
    _, status = os.waitpid(child, 0)

    assert os.waitstatus_to_exitcode(status) == 0
    assert make(typesetter).startswith(b"%PDF")
    assert worker_pid(typesetter) == parents


def test_the_process_ends_by_itself_when_the_server_lets_go(typesetter: Typesetter) -> None:
    make(typesetter)
    assert typesetter.worker is not None

    typesetter.worker.link.close()

    assert typesetter.worker.process.wait(timeout=5) == 0
