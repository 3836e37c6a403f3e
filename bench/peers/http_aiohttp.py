#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The cases of bench/http with aiohttp: http_aiohttp.py URL CASE N CONCURRENT"""

import asyncio
import resource
import sys
import time

import aiohttp

SMALL = 100
LARGE_MIB = 200
MIB = 1 << 20
WARM_UP_PART = 10


def busy():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def peak():
    with open("/proc/self/status") as status:
        return next(line.split()[1] for line in status if line.startswith("VmHWM:"))


def check(right):
    if not right:
        raise ValueError("a body of another length")


class Clock:
    def __init__(self):
        self.times = []

    def start(self):
        self.times.clear()
        self.cpu = busy()
        self.wall = time.monotonic()

    def line(self, name, done):
        wall = time.monotonic() - self.wall
        cpu = busy() - self.cpu
        times = sorted(self.times) or [0]
        at = [times[min(len(times) - 1, len(times) * percent // 100)] * 1e6 for percent in (50, 99)]
        return (f"{name} {done / wall:.0f} {cpu / done * 1e6:.3f} "
                f"{at[0]:.2f} {at[1]:.2f} {peak()}")


async def get_all(session, url, n, count, clock):
    left = n

    async def one():
        nonlocal left
        while left > 0:
            left -= 1
            begin = time.monotonic()
            async with session.get(url) as response:
                check(len(await response.read()) == SMALL)
            clock.times.append(time.monotonic() - begin)

    await asyncio.gather(*(one() for _ in range(count)))


async def get(session, url, n, count, clock):
    await get_all(session, url, max(n // WARM_UP_PART, count), count, clock)
    clock.start()
    await get_all(session, url, n, count, clock)
    return n


async def download(session, url, n, count, clock):
    length = 0
    clock.start()
    async with session.get(f"{url}{LARGE_MIB * MIB}") as response:
        async for piece in response.content.iter_any():
            length += len(piece)
    check(length == LARGE_MIB * MIB)
    return LARGE_MIB


CASES = {"get": get, "download": download}


async def run(url, name, n, count):
    clock = Clock()
    connector = aiohttp.TCPConnector(limit=count + 1)
    async with aiohttp.ClientSession(connector=connector) as session:
        done = await CASES[name](session, url, n, count, clock)
        print(clock.line(name, done), flush=True)


def main(arguments):
    if len(arguments) != 4 or arguments[1] not in CASES:
        print(__doc__, file=sys.stderr)
        return 2
    url, name, n, count = arguments
    asyncio.run(run(url, name, int(n), int(count)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
