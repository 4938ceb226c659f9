"""Arrangements of unit files, drop-ins and environment files for a real systemd."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

ETC, RUN, LIB = "/etc/systemd/system", "/run/systemd/system", "/usr/lib/systemd/system"
LOCAL, CONTROL = "/usr/local/lib/systemd/system", "/etc/systemd/system.control"
ECHO = "/usr/local/bin/echo-argv"
MASK = "-> /dev/null"


class Arrangement(NamedTuple):
    """Files by path, MASK for a link to /dev/null. `starts`: its command line is compared with the
    real one as well."""

    name: str
    unit: str
    files: Mapping[str, str]
    starts: bool = True


def _service(*lines: str) -> str:
    return "\n".join(("[Service]", "Type=oneshot", *lines)) + "\n"


ARRANGEMENTS = (
    Arrangement(
        "folders in their order",
        "order.service",
        {
            f"{LIB}/order.service": _service("KillMode=none", f"ExecStart={ECHO} order lib"),
            f"{RUN}/order.service": _service("KillMode=mixed", f"ExecStart={ECHO} order run"),
            f"{LIB}/order.service.d/50-a.conf": "[Service]\nTasksMax=11\n",
            f"{LOCAL}/order.service.d/50-b.conf": "[Service]\nTasksMax=12\n",
            f"{RUN}/order.service.d/40-c.conf": "[Service]\nTasksMax=13\nLimitNOFILE=77\n",
            f"{ETC}/order.service.d/50-a.conf": "[Service]\nOOMScoreAdjust=9\n",
            f"{CONTROL}/order.service.d/30-d.conf": "[Service]\nOOMScoreAdjust=3\n",
            f"{ETC}/service.d/45-all.conf": "[Service]\nLimitNPROC=99\n",
            f"{LIB}/service.d/50-a.conf": "[Service]\nTasksMax=14\n",
        },
    ),
    Arrangement(
        "drop-ins of a part of the name",
        "lab-one-two.service",
        {
            f"{LIB}/lab-one-two.service": _service(f"ExecStart={ECHO} lab"),
            f"{ETC}/lab-.service.d/10-x.conf": "[Service]\nTasksMax=21\n",
            f"{LIB}/lab-one-.service.d/10-x.conf": "[Service]\nTasksMax=22\n",
            f"{ETC}/lab-one-.service.d/20-y.conf": "[Service]\nKillMode=process\n",
            f"{RUN}/lab-one-two.service.d/20-y.conf": "[Service]\nKillMode=mixed\n",
            f"{ETC}/lab-one-two.service.d/notes.txt": "[Service]\nKillMode=none\n",
        },
    ),
    Arrangement(
        "an instance of a template",
        "tpl-a@x-y\\x2dz.service",
        {
            f"{LIB}/tpl-a@.service": _service(f"ExecStart={ECHO} tpl %i %I %p %P %n %N %j %f"),
            f"{ETC}/tpl-a@.service.d/10-t.conf": "[Service]\nTasksMax=31\n",
            f"{LIB}/tpl-a@x-y\\x2dz.service.d/10-t.conf": "[Service]\nTasksMax=32\n",
            f"{ETC}/tpl-@.service.d/20-p.conf": "[Service]\nEnvironment=FROM=%p-%i\n",
            f"{ETC}/tpl-@x-y\\x2dz.service.d/30-q.conf": "[Service]\nOOMScoreAdjust=4\n",
        },
    ),
    Arrangement(
        "an instance with a file of its own",
        "own@two.service",
        {
            f"{ETC}/own@.service": _service(f"ExecStart={ECHO} own template"),
            f"{LIB}/own@two.service": _service(f"ExecStart={ECHO} own %i"),
        },
    ),
    Arrangement(
        "lists reset and begun again",
        "reset.service",
        {
            f"{LIB}/reset.service": "[Unit]\nAfter=network.target\n"
            + _service(
                "Environment=A=1 B=2",
                "EnvironmentFile=-/etc/reset.env",
                f"ExecStartPre={ECHO} pre",
                f"ExecStart={ECHO} reset old",
            ),
            f"{ETC}/reset.service.d/10.conf": "[Unit]\nAfter=\n[Service]\nEnvironment=\n"
            "Environment=C=3\nEnvironmentFile=\nEnvironmentFile=-/etc/reset-two.env\n"
            f"ExecStartPre=\nExecStart=\nExecStart={ECHO} reset [$A] ${{B}} $C ${{D}}\n",
            "/etc/reset.env": "D=wrong\n",
            "/etc/reset-two.env": "D=right\n",
        },
    ),
    Arrangement(
        "quotes and escapes",
        "quotes.service",
        {
            f"{ETC}/quotes.service": _service(
                'Environment="A=one \'two three\'" \'B=q"q\' C=\\x41\\t\\u00e9 D=a\\sb "E=\\""',
                'Environment="F=un closed',
                "Environment=1X=no =no G=g=h H",
                f'ExecStart={ECHO} quotes $A ${{A}} x${{B}}y "${{C}}" ${{D}} ${{E}} [${{F}}] \\',
                "# between",
                "; between",
                "  ${G} '' \"\" a\\ b \\q '\\x41' \\101 \\u00e9 x\\x2fy \"a b\"c'd e' ${A}${B}",
            )
        },
    ),
    Arrangement(
        "dollars",
        "dollars.service",
        {
            f"{ETC}/dollars.service": _service(
                "Environment=A=a 'TWO=x  y' EMPTY= 'QUOTED=\"p q\" r\\s \\'t'",
                f"ExecStart={ECHO} dollars $A $$A $${{A}} ${{A}}$A x$A $A-x $ $$ a$ ${{A $EMPTY \\",
                "  ${EMPTY} $TWO ${TWO} $QUOTED ${QUOTED} $NOTHING ${NOTHING} \\",
                "  \"$TWO\" '$A' ${1} $1",
            )
        },
    ),
    Arrangement(
        "a prefix that leaves dollars alone",
        "colon.service",
        {
            f"{ETC}/colon.service": _service(
                "Environment=A=a", f"ExecStart=-:{ECHO} colon $A ${{A}} $$A %n %% $NOTHING"
            )
        },
    ),
    Arrangement(
        "a name of its own and rights",
        "at.service",
        {
            f"{ETC}/at.service": _service(
                "Environment=OUT=at", f"ExecStart=@-+{ECHO} other-name a b"
            )
        },
    ),
    Arrangement(
        "specifiers",
        "spec-a.service",
        {
            f"{ETC}/spec-a.service": _service(
                "Environment=OUT=spec N=%n:%N 'D=%t %E %S %C %L' U=%u:%U:%g:%G:%h T=%T:%V P=%%n",
                "Environment=Q=%Q ODD=100%",
                "EnvironmentFile=-%E/%N.env",
                f"ExecStart={ECHO} %p %P %j %J %i %I %f %H %l %m %v %a %% %%n %, 5% ${{N}} \\",
                "  ${D} ${U} ${T} ${P} ${ODD} $F",
            ),
            "/etc/spec-a.env": "F=%n-%%\n",
        },
    ),
    Arrangement(
        "a specifier that there is not",
        "odd.service",
        {f"{ETC}/odd.service": _service(f"ExecStart={ECHO} odd %Q")},
        starts=False,
    ),
    Arrangement(
        "an open quote",
        "open.service",
        {f"{ETC}/open.service": _service(f"ExecStart={ECHO} 'open", f"ExecStart={ECHO} open")},
        starts=False,
    ),
    Arrangement(
        "a section that is not closed",
        "section.service",
        {f"{ETC}/section.service": "[Unit\n" + _service(f"ExecStart={ECHO} section")},
        starts=False,
    ),
    Arrangement(
        "environment files",
        "files.service",
        {
            f"{ETC}/files.service": _service(
                "EnvironmentFile=-/etc/files.d/*.env",
                "EnvironmentFile=-/etc/none.env",
                'EnvironmentFile="/etc/files.d/quoted"',
                "EnvironmentFile=-relative.env",
                "Environment=A=unit B=unit",
                f"ExecStart={ECHO} files $A $B $C ${{D}} ${{E}} $F ${{G}} ${{H}} ${{I}} [$J] $K",
            ),
            "/etc/files.d/20.env": "A=twenty\nexport C=3\nD='single \\n $A' x\n",
            "/etc/files.d/10.env": 'A=ten\nE="dq \\" \\$ \\n" t\nF=a\\\nb c\n# note \\\nG=hidden\n',
            "/etc/files.d/30.env": " H = spaced \nI=trail\\ \nJ='a\nb'\r\nK=\"$A\" ; x\n",
            "/etc/files.d/quoted": "A=quoted\n",
        },
    ),
    Arrangement(
        "variables passed on and taken away",
        "pass.service",
        {
            f"{ETC}/pass.service": _service(
                "PassEnvironment=container LAB_NONE",
                "PassEnvironment=A LAB_NONE",
                "Environment=A=a B=b C=c D=d",
                "UnsetEnvironment=B C=other",
                "UnsetEnvironment=D=d",
                f"ExecStart={ECHO} pass ${{container}} $LAB_NONE $A $B $C $D",
            )
        },
    ),
    Arrangement(
        "commands side by side",
        "many.service",
        {
            f"{ETC}/many.service": _service(
                f'ExecStart={ECHO} many a \\; ";" b; c ; {ECHO} second ; {ECHO} third',
                f"ExecStart={ECHO} fourth",
            )
        },
    ),
    Arrangement(
        "a masked drop-in and one that hides it",
        "masked.service",
        {
            f"{LIB}/masked.service": _service(f"ExecStart={ECHO} masked", "KillMode=mixed"),
            f"{LIB}/masked.service.d/10-off.conf": "[Service]\nKillMode=none\n",
            f"{ETC}/masked.service.d/10-off.conf": MASK,
            f"{LIB}/masked.service.d/20-hidden.conf": "[Service]\nKillMode=none\n",
            f"{RUN}/masked.service.d/20-hidden.conf": "[Service]\nKillMode=nonsense\n",
        },
    ),
    Arrangement("a masked unit", "gone.service", {f"{ETC}/gone.service": MASK}, starts=False),
    Arrangement(
        "two starts in a service",
        "two.service",
        {
            f"{ETC}/two.service": f"[Service]\nExecStart={ECHO} two one\n",
            f"{ETC}/two.service.d/10.conf": f"[Service]\nExecStart={ECHO} two two\n",
        },
        starts=False,
    ),
    Arrangement(
        "lines that do not count",
        "noise.service",
        {
            f"{ETC}/noise.service": "\ufeffExecStart=/bin/before\n[Service]\r\n"
            "Type=oneshot \\\n\nnoise\n; ExecStart=/bin/no\n  KillMode = process \n=x\n"
            f"ExecStart = {ECHO} noise   \\\n\n"
            f" ExecStart=-{ECHO} noise 'open\n[X-Own]\nKillMode=none\n"
            "[Install]\nWantedBy=multi-user.target\n",
        },
    ),
)
