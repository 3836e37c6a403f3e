#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The cases of bench/core with CPython's asyncio: core.py CASE N."""

import asyncio
import random
import sys
import time

SECOND = 1_000_000_000  # ns


def check(right):
    if not right:
        raise SystemExit("a wrong result")


async def sleep_many(n):
    async def sleeper():
        await asyncio.sleep(1)
        return 1

    begin = time.monotonic_ns()
    tasks = [asyncio.create_task(sleeper()) for _ in range(n)]
    seen = 0
    for task in tasks:
        seen += await task
    spent = time.monotonic_ns() - begin - SECOND
    check(seen == n)
    return spent / n


async def give(i):
    return i


async def spawn_join(n):
    begin = time.monotonic_ns()
    total = 0
    for i in range(n):
        total += await asyncio.create_task(give(i))
    spent = time.monotonic_ns() - begin
    check(total == n * (n - 1) // 2)
    return spent / n


async def gather(n):
    begin = time.monotonic_ns()
    results = await asyncio.gather(*(give(i) for i in range(n)))
    spent = time.monotonic_ns() - begin
    check(results == list(range(n)))
    return spent / n


async def pingpong(n):
    async def play(source, target):
        for _ in range(n // 2):
            token = await source.get()
            await target.put(token + 1)

    left, right = asyncio.Queue(1), asyncio.Queue(1)
    left.put_nowait(0)
    begin = time.monotonic_ns()
    tasks = [
        asyncio.create_task(play(left, right)),
        asyncio.create_task(play(right, left)),
    ]
    for task in tasks:
        await task
    spent = time.monotonic_ns() - begin
    check(left.get_nowait() == n // 2 * 2)
    return spent / n


async def timers(n):
    loop = asyncio.get_running_loop()
    delays = [random.random() for _ in range(n)]
    left = max(n // 10, 1)
    done = loop.create_future()

    def fire():
        nonlocal left
        left -= 1
        if left == 0:
            done.set_result(None)

    begin = time.process_time_ns()
    handles = [loop.call_later(delay, fire) for delay in delays]
    for handle in handles[: n - left]:
        handle.cancel()
    await done
    return (time.process_time_ns() - begin) / (2 * n)


async def cancel(n):
    loop = asyncio.get_running_loop()
    seen = 0

    async def wait_for_nothing():
        nonlocal seen
        try:
            await loop.create_future()
        except asyncio.CancelledError:
            seen += 1
            raise

    tasks = [asyncio.create_task(wait_for_nothing()) for _ in range(n)]
    await asyncio.sleep(0)
    begin = time.monotonic_ns()
    for task in tasks:
        task.cancel()
    for task in tasks:
        try:
            await task
            check(False)
        except asyncio.CancelledError:
            pass
    spent = time.monotonic_ns() - begin
    check(seen == n)
    return spent / n


async def yield_(n):
    seen = 0

    async def yield_often():
        nonlocal seen
        for _ in range(n // 2):
            await asyncio.sleep(0)
            seen += 1

    begin = time.monotonic_ns()
    tasks = [asyncio.create_task(yield_often()) for _ in range(2)]
    for task in tasks:
        await task
    spent = time.monotonic_ns() - begin
    check(seen == n // 2 * 2)
    return spent / n


async def await_done(n):
    done = asyncio.get_running_loop().create_future()
    done.set_result(1)
    begin = time.monotonic_ns()
    seen = 0
    for _ in range(n):
        seen += await done
    spent = time.monotonic_ns() - begin
    check(seen == n)
    return spent / n


CASES = {
    "sleep_many": sleep_many,
    "spawn_join": spawn_join,
    "gather": gather,
    "pingpong": pingpong,
    "timers": timers,
    "cancel": cancel,
    "yield": yield_,
    "await_done": await_done,
}


def peak_kib():
    with open("/proc/self/status", encoding="ascii") as status:
        for line in status:
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    return 0


def main(arguments):
    if len(arguments) != 2 or arguments[0] not in CASES or not int(arguments[1]):
        return 2
    name, n = arguments[0], int(arguments[1])
    ns = asyncio.run(CASES[name](n))
    print(f"{name} {n} {ns:.1f} {peak_kib()}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
