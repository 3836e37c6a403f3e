# SPDX-License-Identifier: MIT
"""shield.c as an asyncio program: what a cancel must not stop."""
import asyncio


async def save():
    print("saving")
    await asyncio.sleep(0.1)
    print("saved")
    return 3


async def edit(saving):
    try:
        await asyncio.shield(saving)
        print("edit: saved")
    except asyncio.CancelledError:
        print("edit: cancelled")
        raise


async def main():
    saving = asyncio.create_task(save())
    editing = asyncio.create_task(edit(saving))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    editing.cancel()
    await asyncio.wait([editing])
    print("saving goes on:", "no" if saving.done() else "yes")
    print("files:", await saving)


asyncio.run(main())
