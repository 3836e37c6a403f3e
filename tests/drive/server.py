# SPDX-License-Identifier: MIT
# Python's websockets as a client of our server: server.py plain|tls PORT [CA CERTIFICATE KEY]

import asyncio
import ssl
import sys

import websockets

MODE, PORT = sys.argv[1:3]
failed = []
passed = []


def count(name, right, seen=""):
    print(f"ok {name}" if right else f"not ok {name}: {seen}")
    (passed if right else failed).append(name)


def trust(certificate=True):
    context = ssl.create_default_context(cafile=sys.argv[3])
    if certificate:
        context.load_cert_chain(sys.argv[4], sys.argv[5])
    return context


async def echo(url, name, **options):
    texts = ["", "hello", "grüß", "x" * 200_000]
    async with websockets.connect(url, **options) as ws:
        for text in texts:
            await ws.send(text)
        await ws.send(b"\0\xff")
        await ws.send(["in ", "parts"])
        seen = [await ws.recv() for _ in range(len(texts) + 2)]
        pong = await ws.ping()
        await asyncio.wait_for(pong, 10)
    count(name, seen == texts + [b"\0\xff", "in parts"], [len(one) for one in seen])
    count(f"{name}.close", ws.close_code == 1000, ws.close_code)


async def closes(base):
    async with websockets.connect(f"{base}/close/4001") as ws:
        try:
            count("close", False, await ws.recv())
        except websockets.ConnectionClosed as end:
            count("close", end.rcvd.code == 4001 and end.rcvd.reason == "so long", end)


async def subprotocols(base):
    async with websockets.connect(f"{base}/echo", subprotocols=["other", "chat"]) as ws:
        count("subprotocol", ws.subprotocol == "chat", ws.subprotocol)


async def plain():
    base = f"ws://127.0.0.1:{PORT}"
    await echo(f"{base}/echo", "echo")
    await echo(f"{base}/echo", "echo.no-deflate", compression=None)
    await closes(base)
    await subprotocols(base)
    await asyncio.gather(*(echo(f"{base}/echo", f"echo.{i}") for i in range(20)))


async def tls():
    base = f"wss://127.0.0.1:{PORT}"
    await echo(f"{base}/echo", "tls.echo", ssl=trust())
    async with websockets.connect(f"{base}/request", ssl=trust()) as ws:
        text = await ws.recv()
    count("tls.certificate", "certificate CN=client\n" in text, text)
    try:
        async with websockets.connect(f"{base}/request", ssl=trust(False)) as ws:
            await ws.recv()
        count("tls.none", False, "it was accepted")
    except (OSError, websockets.WebSocketException) as error:
        count("tls.none", True, error)


asyncio.run(plain() if MODE == "plain" else tls())
print(f"{len(passed)} passed, {len(failed)} failed")
sys.exit(1 if failed else 0)
