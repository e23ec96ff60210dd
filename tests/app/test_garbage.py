"""Cycles of widgets are collected by the window's thread, whoever made the garbage."""

from __future__ import annotations

import gc
import threading
import weakref

from PySide6.QtCore import QObject

from anchorscope_desktop.jobs.garbage import GarbageCollector

FREED_IN: list[threading.Thread] = []


class Knot(QObject):
    """An object that only a collection of cycles can free."""

    def __init__(self) -> None:
        super().__init__()
        self.itself = self
        weakref.finalize(self, lambda: FREED_IN.append(threading.current_thread()))


def test_a_worker_that_allocates_frees_no_widget(qapp) -> None:
    collector = GarbageCollector()
    FREED_IN.clear()
    for _ in range(20):
        Knot()
    worker = threading.Thread(target=lambda: [[] for _ in range(200_000)])
    worker.start()
    worker.join()
    assert FREED_IN == []
    assert not gc.isenabled()
    gc.collect(0)
    [[] for _ in range(2000)]
    collector.collect_due()
    gc.collect()
    assert set(FREED_IN) == {threading.main_thread()}
    collector.stop()


def test_what_is_due_is_collected(qapp) -> None:
    collector, kept = GarbageCollector(), []
    gc.collect()
    kept.extend([] for _ in range(5000))
    before = gc.get_count()[0]
    collector.collect_due()
    assert gc.get_count()[0] < before
    collector.stop()
