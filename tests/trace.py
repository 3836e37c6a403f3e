import asyncio
G=.15
def callback(n): print("callback",n)
def done(n):
    return lambda f: print("done %s: EFT_OK"%n)
async def counter(n):
    for i in (1,2,3):
        print(n,"counts",i); await asyncio.sleep(0)
    print(n,"ends"); return 3
async def sleeper(g):
    print("sleeper",g,"begins")
    try:
        await asyncio.sleep(g*G); print(f"sleeper {g}: EFT_OK"); return g
    except asyncio.CancelledError:
        print(f"sleeper {g}: EFT_ECANCELED")
        await asyncio.sleep(0)
        print(f"sleeper {g} has cleaned up"); raise
async def waiter(f):
    print("waiter begins")
    try:
        r=await f; print("waiter: EFT_OK",r); return r
    except asyncio.CancelledError:
        print("waiter: EFT_ECANCELED 0"); raise
async def failer(g):
    await asyncio.sleep(g*G); print("failer fails"); raise ValueError("as it should")
async def nester(n):
    print("nester begins")
    r=await asyncio.gather(asyncio.create_task(counter(n)),asyncio.create_task(counter("n2")))
    print("nester gathered",len(r)); return r
async def main():
    loop=asyncio.get_running_loop(); T=asyncio.create_task
    print("-- turns")
    a=T(counter("a")); loop.call_soon(callback,"between"); b=T(counter("b")); a.add_done_callback(done("a")); await b; await a
    print("-- sharing")
    gate=loop.create_future(); f=T(waiter(gate)); s=T(waiter(gate)); gate.add_done_callback(done("gate"))
    await asyncio.sleep(0); print("resolving"); gate.set_result(42); loop.call_soon(callback,"after resolve"); await s; await f
    print("-- gather")
    r=await asyncio.gather(T(sleeper(3)),T(sleeper(1)),T(sleeper(2)),T(nester("n1")))
    for i in r[:3]: print("result",i)
    print("-- errors")
    try:
        async with asyncio.TaskGroup() as g:
            g.create_task(sleeper(5)); g.create_task(failer(1)); g.create_task(sleeper(6))
    except* ValueError as e: print("gather: EFT_EUSER, as it should")
    try: await asyncio.wait_for(T(sleeper(5)),G)
    except TimeoutError: print("wait_for: EFT_ETIMEDOUT")
    print("-- cancels")
    n=T(sleeper(9)); print("cancel before: %d"%n.cancel())
    try: await n
    except asyncio.CancelledError: print("never: EFT_ECANCELED")
    inner=T(sleeper(9)); outer=T(waiter(inner)); await asyncio.sleep(0)
    print("cancel outer: %d"%outer.cancel()); print("cancel again: %d"%outer.cancel())
    try: await outer
    except asyncio.CancelledError: print("outer: EFT_ECANCELED")
    print("inner: 2" if inner.cancelled() else "inner ?")
    print("-- end")
    T(waiter(loop.create_future())); await asyncio.sleep(0)
asyncio.run(main())
