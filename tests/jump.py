# SPDX-License-Identifier: MIT
"""Runs a program of asyncio's with a clock that jumps to the next timer, as the virtual world's does.

    python3 tests/jump.py PROGRAM.py

What it prints then depends on no machine's speed.  While another thread runs, time passes as usual.
"""
import asyncio
import runpy
import sys
import threading


class JumpingLoop(asyncio.SelectorEventLoop):
    def __init__(self):
        self._ahead = 0.0
        super().__init__()
        self._look = self._selector.select
        self._selector.select = self._select

    def time(self):
        return super().time() + self._ahead

    def _select(self, timeout=None):
        if not timeout or timeout < 0 or threading.active_count() > 1:
            return self._look(timeout)
        events = self._look(0)
        if not events:
            self._ahead += timeout
        return events


class Policy(asyncio.DefaultEventLoopPolicy):
    def new_event_loop(self):
        return JumpingLoop()


asyncio.set_event_loop_policy(Policy())
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
