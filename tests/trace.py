# SPDX-License-Identifier: MIT
"""trace.c as an asyncio program: CPython prints trace.txt too.

asyncio's gather leaves siblings running after an error, where eft's ends them:
gather_and_end does so here.
"""
import asyncio

GAP = 0.15


def callback(name):
    print("callback", name)


def done(name):
    return lambda future: print(f"done {name}: EFT_OK")


async def counter(name):
    for i in (1, 2, 3):
        print(name, "counts", i)
        await asyncio.sleep(0)
    print(name, "ends")
    return 3


async def sleeper(gaps):
    print("sleeper", gaps, "begins")
    try:
        await asyncio.sleep(gaps * GAP)
        print(f"sleeper {gaps}: EFT_OK")
        return gaps
    except asyncio.CancelledError:
        print(f"sleeper {gaps}: EFT_ECANCELED")
        await asyncio.sleep(0)
        print(f"sleeper {gaps} has cleaned up")
        raise


async def waiter(future):
    print("waiter begins")
    try:
        value = await future
        print("waiter: EFT_OK", value)
        return value
    except asyncio.CancelledError:
        print("waiter: EFT_ECANCELED 0")
        raise


async def failer(gaps):
    await asyncio.sleep(gaps * GAP)
    print("failer fails")
    raise ValueError("as it should")


async def nester(name):
    print("nester begins")
    results = await asyncio.gather(
        asyncio.create_task(counter(name)), asyncio.create_task(counter("n2"))
    )
    print("nester gathered", len(results))
    return results


async def gather_and_end(*tasks):
    try:
        return await asyncio.gather(*tasks)
    except Exception:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        raise


async def turns(loop, spawn):
    print("-- turns")
    a = spawn(counter("a"))
    loop.call_soon(callback, "between")
    b = spawn(counter("b"))
    a.add_done_callback(done("a"))
    await b
    await a


async def sharing(loop, spawn):
    print("-- sharing")
    gate = loop.create_future()
    first = spawn(waiter(gate))
    second = spawn(waiter(gate))
    gate.add_done_callback(done("gate"))
    await asyncio.sleep(0)
    print("resolving")
    gate.set_result(42)
    loop.call_soon(callback, "after resolve")
    await second
    await first


async def gather(loop, spawn):
    print("-- gather")
    results = await asyncio.gather(
        spawn(sleeper(3)), spawn(sleeper(1)), spawn(sleeper(2)), spawn(nester("n1"))
    )
    for result in results[:3]:
        print("result", result)


async def errors(loop, spawn):
    print("-- errors")
    try:
        await gather_and_end(spawn(sleeper(5)), spawn(failer(1)), spawn(sleeper(6)))
    except ValueError as error:
        print(f"gather: EFT_EUSER, {error}")
    try:
        await asyncio.wait_for(spawn(sleeper(5)), GAP)
    except TimeoutError:
        print("wait_for: EFT_ETIMEDOUT")


async def cancels(loop, spawn):
    print("-- cancels")
    never = spawn(sleeper(9))
    print(f"cancel before: {never.cancel():d}")
    try:
        await never
    except asyncio.CancelledError:
        print("never: EFT_ECANCELED")
    inner = spawn(sleeper(9))
    outer = spawn(waiter(inner))
    await asyncio.sleep(0)
    print(f"cancel outer: {outer.cancel():d}")
    print(f"cancel again: {outer.cancel():d}")
    try:
        await outer
    except asyncio.CancelledError:
        print("outer: EFT_ECANCELED")
    print("inner: 2" if inner.cancelled() else "inner: 1")


async def main():
    loop = asyncio.get_running_loop()
    for part in (turns, sharing, gather, errors, cancels):
        await part(loop, asyncio.create_task)
    print("-- end")
    kept = asyncio.create_task(waiter(loop.create_future()))
    await asyncio.sleep(0)
    return kept


asyncio.run(main())
