# SPDX-License-Identifier: MIT
"""taskgroup.c as an asyncio program: tasks that end together."""
import asyncio


async def row(name, ms):
    try:
        await asyncio.sleep(ms / 1000)
        print(name, "has arrived")
        return ms
    except asyncio.CancelledError:
        print(name, "turns back")
        raise


async def sink(name):
    await asyncio.sleep(0.1)
    raise RuntimeError(f"{name} has sunk")


async def fair_weather():
    async with asyncio.TaskGroup() as group:
        first = group.create_task(row("Alder", 200))
        second = group.create_task(row("Birch", 100))
    print("together", first.result() + second.result())


async def storm():
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(row("Alder", 60000))
            group.create_task(sink("Cedar"))
    except* RuntimeError as errors:
        for error in errors.exceptions:
            print("error:", error)


async def main():
    await fair_weather()
    await storm()


asyncio.run(main())
