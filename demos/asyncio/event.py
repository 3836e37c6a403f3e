# SPDX-License-Identifier: MIT
"""event.c as an asyncio program: all wait for one signal."""
import asyncio


async def runner(start, name):
    print(name, "waits")
    await start.wait()
    print(name, "runs")


async def main():
    start = asyncio.Event()
    runners = asyncio.gather(*(runner(start, name) for name in ("Ann", "Ben", "Cleo")))
    await asyncio.sleep(0.1)
    print("go")
    start.set()
    start.clear()
    await runners
    print("set:", "yes" if start.is_set() else "no")
    start.set()
    await runner(start, "a latecomer")


asyncio.run(main())
