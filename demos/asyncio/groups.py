# SPDX-License-Identifier: MIT
"""groups.c as an asyncio program: a gather of gathers, one of them cancelled."""
import asyncio


async def worker(name, ms):
    try:
        await asyncio.sleep(ms / 1000)
        print(name, "has finished")
        return ms
    except asyncio.CancelledError:
        print(name, "was cancelled")
        raise


async def main():
    ants = asyncio.gather(worker("ant 1", 100), worker("ant 2", 200))
    bees = asyncio.gather(worker("bee 1", 60000), worker("bee 2", 60000))
    everyone = asyncio.gather(ants, bees, return_exceptions=True)
    await asyncio.sleep(0)
    print("cancelling the bees:", "yes" if bees.cancel() else "too late")
    for name, group in zip(("ants", "bees"), await everyone):
        if isinstance(group, asyncio.CancelledError):
            print(f"{name}: cancelled")
        else:
            print(f"{name}: {group[0]} {group[1]}")


asyncio.run(main())
