"""Threads for what is slow. They never hold up leaving: a daemon that hangs is left behind."""

from __future__ import annotations

import threading
from collections.abc import Callable

from textual.message import Message
from textual.message_pump import MessagePump


def start(work: Callable[[], None], name: str) -> threading.Thread:
    """Run `work` in a thread of its own. It tells what came of it by tell()."""
    thread = threading.Thread(target=work, name=f"unshim-{name}", daemon=True)
    thread.start()
    return thread


def tell(pump: MessagePump, message: Message) -> None:
    """Post a message from a thread; nobody hears it once the screens are gone."""
    try:
        pump.post_message(message)
    except RuntimeError:
        return


def describe_error(broken: Exception) -> str:
    """An exception as one line a person reads."""
    text = str(broken).strip().splitlines()
    return text[0] if text else type(broken).__name__
