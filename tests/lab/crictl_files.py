"""crictl.yaml as people write it, and as they should not: by name, and made by a seed."""

from __future__ import annotations

import random
from collections.abc import Iterator

ONE = "unix:///run/containerd/containerd.sock"
OTHER = "unix:///run/other/other.sock"

BAD = {
    "nothing in it": b"",
    "a comment alone": b"# crictl\n",
    "a mark of its start alone": b"---\n",
    "a word": b"crictl\n",
    "null": b"null\n",
    "an unknown key": f"runtime-endpoint: {OTHER}\ncolour: red\n".encode(),
    "a key with an underscore": f"runtime_endpoint: {OTHER}\n".encode(),
    "a key in capitals": f"Runtime-Endpoint: {OTHER}\n".encode(),
    "an empty key": b'"": 1\n',
    "a number as a key": b"1: 2\n",
    "retries": f"max-retries: 2\nruntime-endpoint: {OTHER}\n".encode(),
    "a timeout with a unit": f"runtime-endpoint: {OTHER}\ntimeout: 2s\n".encode(),
    "a timeout of a fraction": f"runtime-endpoint: {OTHER}\ntimeout: 1.5\n".encode(),
    "a timeout without a value": f"runtime-endpoint: {OTHER}\ntimeout:\n".encode(),
    "a timeout of a list": f"runtime-endpoint: {OTHER}\ntimeout: [2]\n".encode(),
    "a hexadecimal timeout": f"runtime-endpoint: {OTHER}\ntimeout: 0x10\n".encode(),
    "a timeout below nought": f"runtime-endpoint: {OTHER}\ntimeout: -3\n".encode(),
    "the longest timeout": f"runtime-endpoint: {OTHER}\ntimeout: {2**63 - 1}\n".encode(),
    "a timeout too long": f"runtime-endpoint: {OTHER}\ntimeout: {2**63}\n".encode(),
    "noughts before a timeout": f"runtime-endpoint: {OTHER}\ntimeout: {'0' * 40}2\n".encode(),
    "an endless timeout": f"runtime-endpoint: {OTHER}\ntimeout: {'9' * 5000}\n".encode(),
    "other digits": f"runtime-endpoint: {OTHER}\ntimeout: ٣\n".encode(),
    "a switch that says yes": f"runtime-endpoint: {OTHER}\ndebug: yes\n".encode(),
    "a switch of one": f"runtime-endpoint: {OTHER}\ndebug: 1\n".encode(),
    "a switch in odd capitals": f"runtime-endpoint: {OTHER}\ndebug: tRUE\n".encode(),
    "an endpoint of a list": f"runtime-endpoint: [{OTHER}]\n".encode(),
    "an endpoint of a mapping": f"runtime-endpoint:\n  a: {OTHER}\n".encode(),
    "an endpoint that is null": b"runtime-endpoint: ~\n",
    "no endpoint but for images": f"image-endpoint: {OTHER}\n".encode(),
    "the same key twice": f"runtime-endpoint: {ONE}\nruntime-endpoint: {OTHER}\n".encode(),
    "twice, the second a list": f"runtime-endpoint: {ONE}\nruntime-endpoint: []\n".encode(),
    "a bad timeout first": f"timeout: x\ntimeout: 5\nruntime-endpoint: {OTHER}".encode(),
    "tabs before a key": f"\truntime-endpoint: {OTHER}\n".encode(),
    "a tab after the colon": f"runtime-endpoint:\t{OTHER}\n".encode(),
    "a tab after the value": f"runtime-endpoint: {OTHER}\t\n".encode(),
    "a tab before a comment": f"runtime-endpoint: {OTHER}\t# a\n".encode(),
    "a line of a tab": f"\t\nruntime-endpoint: {OTHER}\n".encode(),
    "a tab in a block": f"runtime-endpoint:\n\t{OTHER}\n".encode(),
    "no space after the colon": f"runtime-endpoint:{OTHER}\n".encode(),
    "no colon": f"runtime-endpoint {OTHER}\n".encode(),
    "an equals sign": f"runtime-endpoint={OTHER}\n".encode(),
    "ends of lines as in Windows": f"runtime-endpoint: {OTHER}\r\ntimeout: 5\r\n".encode(),
    "carriage returns alone": f"runtime-endpoint: {OTHER}\rtimeout: 5\r".encode(),
    "a byte order mark": f"\ufeffruntime-endpoint: {OTHER}\n".encode(),
    "a mark in the middle": f"timeout: 5\n\ufeffruntime-endpoint: {OTHER}\n".encode(),
    "UTF-16": f"runtime-endpoint: {OTHER}\n".encode("utf-16"),
    "a byte that is no text": b"runtime-endpoint: unix:///run/\xff.sock\n",
    "such a byte in a comment": f"runtime-endpoint: {OTHER} # ".encode() + b"sch\xf6n\n",
    "a control character": f"runtime-endpoint: {OTHER} # \x07\n".encode(),
    "a nought": f"runtime-endpoint: {OTHER}\n\0".encode(),
    "a no-break space": f"runtime-endpoint:\u00a0{OTHER}\n".encode(),
    "text in letters": f"runtime-endpoint: {OTHER} # größer\n".encode(),
    "a list of pairs": f"- runtime-endpoint\n- {OTHER}\n".encode(),
    "a list of one": b"- runtime-endpoint\n",
    "a list of settings": f"- runtime-endpoint: {OTHER}\n".encode(),
    "an alias": f"image-endpoint: &a {ONE}\nruntime-endpoint: *a\n".encode(),
    "an alias of nothing": b"runtime-endpoint: *a\n",
    "a merge": f"<<: {{runtime-endpoint: {OTHER}}}\n".encode(),
    "a list as a key": b"? [a]\n: 1\n",
    "an explicit key": f"? runtime-endpoint\n: {OTHER}\n".encode(),
    "two documents": f"runtime-endpoint: {OTHER}\n---\nruntime-endpoint: {ONE}\n".encode(),
    "a broken second document": f"runtime-endpoint: {OTHER}\n---\n[\n".encode(),
    "an end and words after it": f"runtime-endpoint: {OTHER}\n...\nwords: [\n".encode(),
    "JSON": f'{{"runtime-endpoint": "{OTHER}", "timeout": 5}}\n'.encode(),
    "JSON with a key twice": b'{"timeout": 5, "timeout": 6, "debug": "true"}\n',
    "braces": f"{{runtime-endpoint: {OTHER}, debug: false}}\n".encode(),
    "a folded value": f"runtime-endpoint: >-\n  {OTHER}\n".encode(),
    "a literal value": f"runtime-endpoint: |\n  {OTHER}\n".encode(),
    "a value on the next line": f"runtime-endpoint:\n  {OTHER}\n".encode(),
    "a value over two lines": f"runtime-endpoint: {OTHER}\n  # no\n  more\n".encode(),
    "two words": f"runtime-endpoint: {OTHER} {ONE}\n".encode(),
    "two endpoints by a comma": f"runtime-endpoint: {OTHER},{ONE}\n".encode(),
    "a hash without a space": f"runtime-endpoint: {OTHER}#old\n".encode(),
    "quotes": f"runtime-endpoint: \"{OTHER}\"\n'timeout': '5'\n".encode(),
    "a quote too few": f'runtime-endpoint: "{OTHER}\n'.encode(),
    "an escape": b'runtime-endpoint: "unix:///run/other/other\\x2esock"\n',
    "a tag": f"runtime-endpoint: !!str {OTHER}\n".encode(),
    "a tag that does not fit": f"runtime-endpoint: !!int {OTHER}\n".encode(),
    "a tag of one's own": f"runtime-endpoint: !mine {OTHER}\n".encode(),
    "a directive": f"%YAML 1.1\n---\nruntime-endpoint: {OTHER}\n".encode(),
    "a directive of 1.2": f"%YAML 1.2\n---\nruntime-endpoint: {OTHER}\n".encode(),
    "a directive of 2.0": f"%YAML 2.0\n---\nruntime-endpoint: {OTHER}\n".encode(),
    "indented": f"  runtime-endpoint: {OTHER}\n  timeout: 5\n".encode(),
    "indented unevenly": f"runtime-endpoint: {OTHER}\n  timeout: 5\n".encode(),
    "spaces after it": f"runtime-endpoint: {OTHER}   \n".encode(),
    "an at sign": b"runtime-endpoint: @/run/other/other.sock\n",
    "a shell's variable": b"runtime-endpoint: $ENDPOINT\n",
    "an assignment of a shell": f"CONTAINER_RUNTIME_ENDPOINT={OTHER}\n".encode(),
}
"""Files that people meet, most of them faulty, by what is odd in them."""

ENDPOINTS = (
    ONE,
    OTHER,
    "/run/other/other.sock",
    "unix:/run/other/other.sock",
    "UNIX:///run/other/other.sock",
    "unix:////run/other/other.sock",
    "unix://run/containerd/containerd.sock",
    "unix:run/other.sock",
    "run/containerd/containerd.sock",
    "other.sock",
    "./other.sock",
    "",
    "unix://",
    "unix:",
    "unix",
    "unix:///var/run/dockershim.sock",
    "unix:///run/dockershim.sock",
    "/var/run/dockershim.sock",
    "unix:///run/stale.sock",
    "unix:///run/gone.sock",
    "unix:///run",
    "unix:///etc/crictl.yaml",
    "tcp://127.0.0.1:2375",
    "tcp:///run/other/other.sock",
    "npipe:////./pipe/containerd",
    "http://a",
    "docker://",
    "unix:///run/other/../other/other.sock",
    "unix:///run/other//other.sock",
    "unix:///run/other/%6fther.sock",
    "unix:///run/%zz",
    "unix:///run/other/other.sock?a=b",
    "unix:///run/other/other.sock#a",
    "unix:///run/other/other.sock/",
    "unix://localhost/run/other/other.sock",
    "unix://unix:///run/other/other.sock",
    "unix://[/run/other/other.sock",
    "unix://h:80/run/other/other.sock",
    "localhost:1234",
    "127.0.0.1:1",
    ":1",
    "~",
    "null",
    "true",
    "5",
    "unix:///run/a:b.sock",
    "unix:// /run/a",
)

_TIMEOUTS = (
    *("10", "2", "0", "-1", "+5", "2s", "1.5", "'7'", '"7"', "1e3", "0x1", "010", "1_0", "", "~"),
    *("ten", "true", "[1]", "{a: 1}", "99999999999999999999", "9223372037", " 5 ", "5 # s"),
)
_SWITCHES = (
    "true",
    "false",
    "True",
    "TRUE",
    "tRue",
    "t",
    "T",
    "f",
    "F",
    "0",
    "1",
    "2",
    "yes",
    "on",
    "off",
    '"true"',
    "'0'",
    "",
    "~",
    "null",
    "[true]",
    "y",
    "No",
)
_STRANGE = (
    "runtime: x",
    "endpoint: x",
    "image-service-endpoint: x",
    "timeout",
    "- a",
    "\ttimeout: 5",
    "# a comment",
    "",
    "   ",
    "...",
    "---",
    "Timeout: 5",
    "max_retries: 1",
    "debug : true",
    "? debug",
    "disable-pull-on-run: true",
    "pull-image-on-create: nope",
    "max-retries: 1",
    "%TAG",
    "<<: *a",
)


def generated(seed: int, count: int) -> Iterator[tuple[str, bytes]]:
    """Files of a few lines each, in any order, of any ends; by a name for each."""
    choose = random.Random(seed)
    for number in range(count):
        lines = []
        if choose.random() < 0.9:
            lines.append(f"runtime-endpoint: {_written(choose)}")
        if choose.random() < 0.5:
            lines.append(f"image-endpoint: {_written(choose)}")
        if choose.random() < 0.3:
            lines.append(f"timeout: {choose.choice(_TIMEOUTS)}")
        if choose.random() < 0.3:
            key = choose.choice(("debug", "pull-image-on-create", "disable-pull-on-run"))
            lines.append(f"{key}: {choose.choice(_SWITCHES)}")
        if choose.random() < 0.15:
            lines.append(choose.choice(_STRANGE))
        if choose.random() < 0.1 and lines:
            lines.append(choose.choice(lines))
        choose.shuffle(lines)
        end = choose.choice(("\n", "\n", "\n", "\r\n"))
        text = end.join(lines) + choose.choice((end, ""))
        mark = "\ufeff" if choose.random() < 0.05 else ""
        yield f"{seed}.{number}", (mark + text).encode()


def _written(choose: random.Random) -> str:
    """An endpoint as it may stand in YAML."""
    endpoint = choose.choice(ENDPOINTS)
    return choose.choice(
        (endpoint, endpoint, endpoint, f'"{endpoint}"', f"'{endpoint}'", f"{endpoint} # a")
    )
