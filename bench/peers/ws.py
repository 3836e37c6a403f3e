#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The cases of bench/ws with Python: ws.py websockets|aiohttp URL CASE N SIZE CONNECTIONS."""

import asyncio
import resource
import sys
import time

IN_FLIGHT = 64
AT_ONCE = 100


def check(right):
    if not right:
        raise SystemExit("a wrong result")


class Websockets:
    """What a case needs, by the package websockets."""

    def __init__(self, url, size):
        self.url = url
        self.size = size

    async def __aenter__(self):
        return self

    async def __aexit__(self, *ignored):
        pass

    async def open(self):
        import websockets

        return await websockets.connect(self.url, compression=None, ping_interval=None,
                                        max_size=self.size + 1024)

    send = staticmethod(lambda ws, data: ws.send(data))
    receive = staticmethod(lambda ws: ws.recv())
    close = staticmethod(lambda ws: ws.close())


class Aiohttp:
    """The same by aiohttp."""

    def __init__(self, url, size):
        self.url = url
        self.size = size

    async def __aenter__(self):
        import aiohttp

        self.session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        return self

    async def __aexit__(self, *ignored):
        await self.session.close()

    async def open(self):
        return await self.session.ws_connect(self.url, max_msg_size=self.size + 1024)

    send = staticmethod(lambda ws, data: ws.send_bytes(data))
    receive = staticmethod(lambda ws: ws.receive_bytes())
    close = staticmethod(lambda ws: ws.close())


def busy():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def status(name):
    with open("/proc/self/status", encoding="ascii") as file:
        for line in file:
            if line.startswith(name):
                return int(line.split()[1])
    return 0


class Clock:
    """The timed part and the time of each operation."""

    def __init__(self):
        self.times = []
        self.start()

    def start(self):
        self.wall = time.monotonic()
        self.cpu = busy()

    def stop(self):
        self.wall = time.monotonic() - self.wall
        self.cpu = busy() - self.cpu

    def line(self, name, operations, memory):
        self.times.sort()
        count = len(self.times)
        p50 = self.times[count // 2] if count else 0
        p99 = self.times[min(count - 1, count * 99 // 100)] if count else 0
        return (f"{name} {operations / self.wall:.0f} {self.cpu / operations * 1e6:.3f} "
                f"{p50 * 1e6:.2f} {p99 * 1e6:.2f} {memory}")


async def exchange(peer, ws, data):
    await peer.send(ws, data)
    check(len(await peer.receive(ws)) == len(data))


async def rtt(peer, clock, n, data, count):
    ws = await peer.open()
    for _ in range(n // 10):
        await exchange(peer, ws, data)
    clock.start()
    for _ in range(n):
        begin = time.monotonic()
        await exchange(peer, ws, data)
        clock.times.append(time.monotonic() - begin)
    clock.stop()
    return n


async def pipe(peer, ws, n, data, times):
    sent_at = []
    for _ in range(min(n, IN_FLIGHT)):
        sent_at.append(time.monotonic())
        await peer.send(ws, data)
    for i in range(n):
        check(len(await peer.receive(ws)) == len(data))
        times.append(time.monotonic() - sent_at[i])
        if len(sent_at) < n:
            sent_at.append(time.monotonic())
            await peer.send(ws, data)


async def pipeline(peer, clock, n, data, count):
    ws = await peer.open()
    await pipe(peer, ws, n // 10, data, [])
    clock.start()
    await pipe(peer, ws, n, data, clock.times)
    clock.stop()
    return n


async def open_all(peer, count):
    sockets = []
    while len(sockets) < count:
        some = min(AT_ONCE, count - len(sockets))
        sockets += await asyncio.gather(*(peer.open() for _ in range(some)))
    return sockets


async def fanout(peer, clock, n, data, count):
    sockets = await open_all(peer, count)
    await asyncio.gather(*(exchange(peer, ws, data) for ws in sockets))

    async def converse(ws):
        for _ in range(n // count):
            begin = time.monotonic()
            await exchange(peer, ws, data)
            clock.times.append(time.monotonic() - begin)

    clock.start()
    await asyncio.gather(*(converse(ws) for ws in sockets))
    clock.stop()
    return n // count * count


async def connect(peer, clock, n, data, count):
    async def one():
        begin = time.monotonic()
        ws = await peer.open()
        if count == 1:
            await peer.close(ws)
        clock.times.append(time.monotonic() - begin)
        return ws

    clock.start()
    if count == 1:
        for _ in range(n):
            await one()
    else:
        await asyncio.gather(*(one() for _ in range(count)))
    clock.stop()
    return n if count == 1 else count


async def idle(peer, clock, n, data, count):
    await peer.close(await peer.open())
    before = status("VmRSS:")
    clock.start()
    sockets = await open_all(peer, count)
    clock.stop()
    await asyncio.sleep(1)
    clock.memory = status("VmRSS:") - before
    check(len(sockets) == count)
    return count


async def run(kind, url, name, n, size, count):
    clock = Clock()
    clock.memory = None
    async with kind(url, size) as peer:
        operations = await CASES[name](peer, clock, n, b"Z" * size, count)
        memory = status("VmHWM:") if clock.memory is None else clock.memory
        print(clock.line(name, operations, memory), flush=True)
        # What is open still is the system's to close.
        sys.exit(0)


CASES = {"rtt": rtt, "pipeline": pipeline, "fanout": fanout, "connect": connect, "idle": idle}
KINDS = {"websockets": Websockets, "aiohttp": Aiohttp}


def main(arguments):
    if len(arguments) != 6 or arguments[0] not in KINDS or arguments[2] not in CASES:
        print(__doc__, file=sys.stderr)
        return 2
    kind, url, name, n, size, count = arguments
    asyncio.run(run(KINDS[kind], url, name, int(n), int(size), int(count)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
