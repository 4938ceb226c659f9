"""Files with which a kubelet starts, and files with which it does not.

Said once for the checks, which are told them as a plain tree, and for real kubelets of the lab.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

LINES = ("1.23", "1.27", "1.36")
NONE: tuple[str, ...] = ()
CONFIG = "/var/lib/kubelet/config.yaml"
DROP_INS = "/etc/kubernetes/kubelet.conf.d"
PROVIDERS, PROGRAMS = "/etc/kubernetes/providers.yaml", "/usr/local/libexec/providers"
HEAD = "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n"
FOLDER_FLAG = f"--config-dir={DROP_INS}"
CONFIG_FLAG = f"--image-credential-provider-config={PROVIDERS}"
BIN_FLAG = f"--image-credential-provider-bin-dir={PROGRAMS}"
BOTH_FLAGS = f"{CONFIG_FLAG} {BIN_FLAG}"
ECR = f"{PROGRAMS}/ecr"
SCRIPT = "#!/bin/sh\n"
OLD, NEW = ("1.23",), ("1.27", "1.36")


@dataclass(frozen=True)
class Case:
    """What is changed of a node whose kubelet starts, and the release lines that then do not.

    `config` is added to the kubelet's own configuration, or is its whole where `whole` is set;
    None leaves the file out. `lines` are those that it is asked of.
    """

    name: str
    stops: tuple[str, ...]
    config: str | None = ""
    whole: bool = False
    flags: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    lines: tuple[str, ...] = LINES


def _whole(name: str, text: str | None, stops: tuple[str, ...] = LINES) -> Case:
    return Case(name, stops, text, whole=True)


def _added(name: str, text: str, stops: tuple[str, ...] = LINES) -> Case:
    return Case(name, stops, text)


def _drop_in(name: str, text: str, stops: tuple[str, ...], path: str = "50-x.conf") -> Case:
    files = {f"{DROP_INS}/{path}": text}
    return Case(name, stops, flags=FOLDER_FLAG, files=files, lines=("1.36",))


def _provider(version: str = "v1", **changed: str) -> str:
    lines = {
        "name": "ecr",
        "apiVersion": f"credentialprovider.kubelet.k8s.io/{version}",
        "matchImages": "['*.dkr.ecr.*.amazonaws.com']",
        "defaultCacheDuration": "12h",
        **changed,
    }
    told = [f"{key}: {value}" for key, value in lines.items() if value]
    head = f"apiVersion: kubelet.config.k8s.io/{version}\nkind: CredentialProviderConfig\n"
    return f"{head}providers:\n- " + "\n  ".join(told) + "\n"


def _credentials(
    name: str,
    text: str | None,
    stops: tuple[str, ...] = NEW,
    lines: tuple[str, ...] = NEW,
    flags: str = BOTH_FLAGS,
    program: str | None = SCRIPT,
) -> Case:
    files = {} if text is None else {PROVIDERS: text}
    files |= {} if program is None else {ECR: program}
    return Case(name, stops, flags=flags, files=files, lines=lines)


CONFIGURATIONS = (
    _added("nothing changed", "", NONE),
    _whole("no file", None),
    _whole("an empty file", ""),
    _whole("nothing but a comment", "# nothing\n"),
    _whole("no kind", "apiVersion: kubelet.config.k8s.io/v1beta1\n"),
    _whole("no apiVersion", "kind: KubeletConfiguration\n"),
    _whole("another apiVersion", HEAD.replace("v1beta1", "v1")),
    _whole("another kind", HEAD.replace("KubeletC", "C")),
    _whole("a list", "- a\n"),
    _whole("no YAML", f"{HEAD}maxPods: [\n"),
    _added("a text for a number", "maxPods: many\n"),
    _added("half a number", "maxPods: 5.5\n"),
    _added("a whole number with a point", "maxPods: 5.0\n", NONE),
    _added("a text for true", 'protectKernelDefaults: "false"\n'),
    _added("yes for true", "serializeImagePulls: yes\n", NONE),
    _added("a number for a text", "clusterDomain: 5\n"),
    _added("a number for a duration", "nodeStatusUpdateFrequency: 10\n"),
    _added("a text for a list", "clusterDNS: 10.96.0.10\n"),
    _added("a number for a quantity", "evictionHard:\n  memory.available: 5\n"),
    _added("a text for a gate", 'featureGates:\n  CSIMigration: "true"\n'),
    _added("nothing for a number", "maxPods: null\n", NONE),
    _added("a key in other letters", "MaxPods: many\n", NONE),
    _added("a key twice", "maxPods: 50\nmaxPods: 60\n", NONE),
    _added("a key that nobody knows", "colour: blue\n", NONE),
    _added("a second document", "---\nmaxPods: [\n", NONE),
    _added("the gate off", "featureGates:\n  KubeletCgroupDriverFromCRI: false\n", ("1.36",)),
)
DROPPED_IN = (
    _drop_in("a drop-in", f"{HEAD}maxPods: 50\n", NONE),
    _drop_in("a drop-in without a head", "maxPods: 50\n", ("1.36",)),
    _drop_in("a drop-in of nothing", "", ("1.36",)),
    _drop_in("a drop-in of another version", HEAD.replace("v1beta1", "v1"), ("1.36",)),
    _drop_in("a drop-in with a key that nobody knows", f"{HEAD}colour: blue\n", NONE),
    _drop_in("a drop-in with a key twice", f"{HEAD}maxPods: 50\nmaxPods: 60\n", ("1.36",)),
    _drop_in("a drop-in with a text for a number", f"{HEAD}maxPods: many\n", ("1.36",)),
    _drop_in("a drop-in in a folder", "maxPods: [\n", ("1.36",), "more/50-x.conf"),
    _drop_in("a file of another ending", "maxPods: [\n", NONE, "50-x.yaml"),
    Case("no folder of drop-ins", ("1.36",), flags=FOLDER_FLAG, lines=("1.36",)),
)
CREDENTIALS = (
    _credentials("a provider", _provider(), NONE),
    _credentials("a provider of before", _provider("v1beta1"), NONE),
    _credentials("ignored without its gate", None, NONE, OLD),
    _credentials("only the folder", None, flags=BIN_FLAG),
    _credentials("only the file", _provider(), flags=CONFIG_FLAG),
    _credentials("no folder", _provider(), program=None),
    _credentials("no file", None),
    _credentials("no program", _provider(name="gcr")),
    _credentials("no YAML", "providers: [\n"),
    _credentials("nothing", ""),
    _credentials("another kind", _provider().replace("CredentialP", "P")),
    _credentials("another version", _provider().replace("k8s.io/v1\n", "k8s.io/v2\n")),
    _credentials("no providers", _provider().partition("providers")[0]),
    _credentials("a name with a folder", _provider(name="a/ecr")),
    _credentials("no images", _provider(matchImages="")),
    _credentials("one image and no list", _provider(matchImages="'*.example.org'")),
    _credentials("no duration", _provider(defaultCacheDuration="")),
    _credentials("a number for a duration", _provider(defaultCacheDuration="12")),
    _credentials("the same twice", _provider() + _provider().partition("providers:\n")[2]),
    Case(
        "a gate that is on",
        OLD,
        "featureGates:\n  KubeletCredentialProviders: true\n",
        flags=BOTH_FLAGS,
        files={ECR: SCRIPT},
        lines=OLD,
    ),
)
EVERY = (*CONFIGURATIONS, *DROPPED_IN, *CREDENTIALS)
