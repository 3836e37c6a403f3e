# SPDX-License-Identifier: MIT
"""interrupt.c as an asyncio program: Ctrl-C cancels everything, orderly."""
import asyncio
import sys


async def worker(name):
    try:
        print(name, "works", flush=True)
        await asyncio.sleep(3600)
    except asyncio.CancelledError:
        print(name, "puts its tools away")
        await asyncio.sleep(0.1)
        print(name, "has gone home")
        raise


async def main():
    work = asyncio.gather(worker("smith"), worker("mason"), worker("cooper"))
    await asyncio.sleep(0)
    print("ready: press Ctrl-C", flush=True)
    try:
        await work
    except asyncio.CancelledError:
        print("all have gone")
        raise


try:
    asyncio.run(main())
except KeyboardInterrupt:
    sys.exit(130)
