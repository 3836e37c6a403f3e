# SPDX-License-Identifier: MIT
"""Runs the random programs of random-virtual --export under asyncio, and compares the traces.

    python3 tests/random.py build/native/tests/random-virtual [--seed N] [--programs N]

The programs are of those ops alone whose order of events must be equal.  Left out, and why:

  - Two timers with one deadline: asyncio's order is its heap's, eft's is first in, first out.
    So all delays are random numbers up to 1,000,000 ms.
  - A cancel of a task that is ready to run: asyncio throws at once, and what the task had been
    given is lost; eft delivers it at the next await.  So tasks cancel only after a sleep, when
    all others wait; and a task that was cancelled and holds a lock or a permit sleeps before it
    lets go, since asyncio's release wakes nobody while a cancelled waiter is first in the queue.
  - A plain gather that is cancelled: eft's ends when all children have ended, asyncio's with the
    first.  So a gather that does not return errors is shielded; and so is one of promises, which
    a cancel on its way through several tasks may just have completed (the rule before this).
    Each child is kept by a slot: eft ends a gather's own children, asyncio knows no own ones.
  - Tasks that wait for each other in a ring: asyncio's cancel recurs until the stack is full.
    A task waits only for later ones and for promises.
  - What a wait tells is not compared: asyncio looks when the waiting task runs, eft when the wait
    ended.
  - wait_for, timeouts, conditions, barriers, groups, Queue.shutdown: CPython 3.11 has them
    otherwise than 3.13, or not at all.
"""
import asyncio
import itertools
import subprocess
import sys

TASKS, PROMISES, LOCKS, SEMAPHORES, EVENTS = 16, 4, 3, 2, 2
FIRST_TASKS = 6
MODEL = 64
CANCEL_CLEAN_UP, CANCEL_WAIT = 1, 3
WHEN = (asyncio.ALL_COMPLETED, asyncio.FIRST_COMPLETED, asyncio.FIRST_EXCEPTION)
QUEUES = (asyncio.Queue, asyncio.LifoQueue, asyncio.PriorityQueue)


class UserError(Exception):
    """EFT_EUSER."""


class VirtualLoop(asyncio.SelectorEventLoop):
    """A loop whose clock jumps to the next deadline when nothing is ready."""

    def __init__(self):
        super().__init__()
        self.now = 0
        self._clock_resolution = 0.5
        self._selector.select = self.jump

    def time(self):
        return self.now

    def jump(self, timeout):
        if timeout != 0 and self._scheduled:
            self.now = max(self.now, self._scheduled[0]._when)
        return []


class Op:
    def __init__(self, words):
        self.kind = words[0]
        self.shield, self.on_cancel, self.flag, self.object, self.time, *self.slots = map(
            int, words[1:]
        )


class Task:
    """A task of a program: random_act.c."""

    def __init__(self, index, fails):
        self.index = index
        self.fails = fails
        self.ops = []
        self.at = 0
        self.spawned = False
        self.task = None
        self.permits = [0] * SEMAPHORES


class World:
    """A program as it runs."""

    def __init__(self, program):
        self.tasks = program.tasks
        self.trace = []
        self.ids = itertools.count(1)
        self.loop = asyncio.get_running_loop()
        self.slots = [None] * TASKS + [self.loop.create_future() for _ in range(PROMISES)]
        self.locks = [asyncio.Lock() for _ in range(LOCKS)]
        self.holders = [None] * LOCKS
        self.semaphores = [asyncio.Semaphore(i + 1) for i in range(SEMAPHORES)]
        self.events = [asyncio.Event() for _ in range(EVENTS)]
        self.queues = [QUEUES[order](capacity) for order, capacity in program.queues]

    def event(self, task, what, phase, error="ok", value=0):
        self.trace.append(
            f"{self.loop.time()} {task.index}.{task.at} {what} {phase} {error} {value}"
        )

    def cancel(self, task, index):
        if self.slots[index]:
            asked = self.slots[index].cancel()
            self.event(task, "cancel", "asked", "ok" if asked else "EFT_EBUSY", index)

    def spawn(self, index):
        self.tasks[index].spawned = True
        self.slots[index] = self.loop.create_task(self.run(self.tasks[index]))

    # Each gives what is to be awaited, or None.

    def begin_yield(self, task, op):
        return asyncio.sleep(0)

    def begin_sleep(self, task, op):
        return asyncio.sleep(op.time)

    begin_cancel_quietly = begin_sleep

    def begin_spawn(self, task, op):
        if not self.tasks[op.slots[0]].spawned:
            self.spawn(op.slots[0])
            if op.flag == 7:
                self.cancel(task, op.slots[0])

    def begin_await(self, task, op):
        future = self.slots[op.slots[0]]
        return asyncio.shield(future) if future and op.shield else future

    def begin_resolve(self, task, op):
        future = self.slots[op.slots[0]]
        value = next(self.ids) if op.flag else None
        done = future.done()
        if not done and op.flag:
            future.set_result(value)
        elif not done:
            future.set_exception(UserError())
        self.event(task, "resolve", "is", "EFT_EBUSY" if done else "ok")

    def chosen(self, op):
        futures = [self.slots[index] for index in op.slots]
        return futures if all(futures) else []

    def begin_gather(self, task, op):
        futures = self.chosen(op)
        if not futures:
            return None
        future = asyncio.gather(*futures, return_exceptions=bool(op.flag % 2))
        return asyncio.shield(future) if op.shield else future

    def begin_wait(self, task, op):
        futures = self.chosen(op)
        return asyncio.wait(futures, return_when=WHEN[op.flag % 3]) if futures else None

    def begin_acquire(self, task, op):
        return None if self.holders[op.object] is task else self.locks[op.object].acquire()

    def release(self, task, index):
        if self.holders[index] is task:
            self.holders[index] = None
            self.locks[index].release()

    def begin_release(self, task, op):
        self.release(task, op.object)

    def begin_permit(self, task, op):
        return self.semaphores[op.object].acquire()

    def begin_permit_back(self, task, op):
        if task.permits[op.object] or op.flag == 7:
            task.permits[op.object] -= task.permits[op.object] > 0
            self.semaphores[op.object].release()

    def begin_event_wait(self, task, op):
        return self.events[op.object].wait()

    def begin_event_set(self, task, op):
        self.events[op.object].set()

    def begin_event_clear(self, task, op):
        self.events[op.object].clear()

    def begin_put(self, task, op):
        queue = self.queues[op.object]
        return queue.put(next(self.ids)) if queue.qsize() < MODEL - 8 else None

    def begin_get(self, task, op):
        return self.queues[op.object].get()

    def begin_put_now(self, task, op):
        queue = self.queues[op.object]
        if queue.qsize() >= MODEL - 8:
            return
        value = next(self.ids)
        try:
            queue.put_nowait(value)
            self.event(task, "put", "now", "ok", value)
        except asyncio.QueueFull:
            self.event(task, "put", "now", "EFT_EFULL", value)

    def begin_get_now(self, task, op):
        try:
            self.event(task, "get", "now", "ok", self.queues[op.object].get_nowait())
        except asyncio.QueueEmpty:
            self.event(task, "get", "now", "EFT_EEMPTY")

    def begin_task_done(self, task, op):
        try:
            self.queues[op.object].task_done()
        except ValueError:
            pass

    def begin_join(self, task, op):
        return self.queues[op.object].join()

    def end(self, task, op, value):
        if op.kind == "acquire":
            self.holders[op.object] = task
        elif op.kind == "permit":
            task.permits[op.object] += 1
        elif op.kind == "get":
            self.event(task, "get", "item", "ok", value)
        elif op.kind == "cancel_quietly":
            self.cancel(task, op.slots[0])

    async def sleep_on(self, task):
        """Sleeps until that is not cancelled."""
        error = None
        while error != "ok":
            try:
                await asyncio.sleep(100003 * (task.index + 1))
                error = "ok"
            except asyncio.CancelledError:
                error = "EFT_ECANCELED"
            self.event(task, "sleep", "end", error)

    async def step(self, task, op):
        """Runs an op; true: the task is to return that it was cancelled."""
        self.event(task, op.kind, "begin")
        awaitable = getattr(self, "begin_" + op.kind)(task, op)
        if awaitable is None:
            return False
        try:
            value = await awaitable
        except UserError:
            self.event(task, op.kind, "end", "EFT_EUSER")
            return False
        except asyncio.CancelledError:
            self.event(task, op.kind, "end", "EFT_ECANCELED")
        else:
            plain = value if op.kind in ("await", "get") else 0
            self.event(task, op.kind, "end", "ok", plain)
            self.end(task, op, value)
            return False
        if op.on_cancel == CANCEL_WAIT:
            await self.sleep_on(task)
            return False
        if op.on_cancel == CANCEL_CLEAN_UP or task in self.holders or any(task.permits):
            await self.sleep_on(task)
        return True

    async def run(self, task):
        task.task = asyncio.current_task()
        self.event(task, "task", "begin")
        cancelled = False
        for op in task.ops:
            task.at += 1
            cancelled = await self.step(task, op)
            if cancelled:
                break
        for index in range(LOCKS):
            self.release(task, index)
        for index in range(SEMAPHORES):
            while task.permits[index]:
                task.permits[index] -= 1
                self.semaphores[index].release()
        task.task = None
        error = "EFT_ECANCELED" if cancelled else "EFT_EUSER" if task.fails else "ok"
        self.event(task, "task", "return", error, task.index if error == "ok" else 0)
        if cancelled:
            raise asyncio.CancelledError
        if task.fails:
            raise UserError
        return task.index


class Program:
    """As it is written, with eft's trace."""

    def __init__(self, seed):
        self.seed = seed
        self.queues = []
        self.tasks = []
        self.trace = None

    async def run(self):
        world = World(self)
        asyncio.get_running_loop().set_exception_handler(lambda *_: None)
        for index in range(FIRST_TASKS):
            if not self.tasks[index].spawned:
                world.spawn(index)
        await asyncio.sleep(49999991)
        while running := [task for task in self.tasks if task.task]:
            running[0].task.cancel()
            await asyncio.sleep(9999991)
        return world.trace


def read_line(programs, words, line):
    program = programs[-1] if programs else None
    if words[0] == "program":
        programs.append(Program(words[1]))
    elif words[0] == "#" or program is None:
        pass
    elif words[0] == "trace":
        program.trace = []
    elif program.trace is not None:
        program.trace.append(line)
    elif words[0] == "queue":
        program.queues.append((int(words[1]), int(words[2])))
    elif words[0] == "task":
        program.tasks.append(Task(int(words[1]), words[2] == "1"))
    elif words[0] == "op":
        program.tasks[-1].ops.append(Op(words[1:]))


def read(text):
    programs = []
    for line in text.splitlines()[:-1]:  # the last one counts
        read_line(programs, line.split(), line)
    return programs


def difference(ours, theirs):
    for number, (our, their) in enumerate(itertools.zip_longest(ours, theirs)):
        if our != their:
            return f"event {number} is '{our}' in eft and '{their}' in asyncio"
    return None


def main():
    command = [sys.argv[1], "--export", *sys.argv[2:]]
    run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    programs = read(run.stdout)
    failed = 0
    for program in programs:
        loop = VirtualLoop()
        wrong = difference(program.trace, loop.run_until_complete(program.run()))
        loop.close()
        failed += wrong is not None
        name = f"asyncio.seed_{program.seed}"
        print(f"not ok {name}: {wrong}" if wrong else f"ok {name}")
    print(f"{len(programs) - failed} passed, {failed} failed")
    return 1 if failed or not programs else 0


sys.exit(main())
