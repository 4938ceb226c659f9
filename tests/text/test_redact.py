"""Canaries: a secret in each of the places that facts read from, whole and in broken files."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unshim.text import redact
from unshim.text.secrets import REMOVED

CANARY = "CANARY7f3a"

SECRETS = {
    "registry password": f'  password = "{CANARY}"',
    "registry user": f'  username = "{CANARY}"',
    "registry auth": f'  auth = "{CANARY}"',
    "registry identity token": f"  identitytoken = '{CANARY}'",
    "inline table": f'auth = {{ username = "u", password = "{CANARY}" }}',
    "hosts.toml header": f'  Authorization = ["Basic {CANARY}="]',
    "header, many lines": f'  "Bearer {CANARY}",',
    "docker auths": f'{{"auths": {{"r.io": {{"auth": "{CANARY}"}}}}}}',
    "docker auths, key with password": f'  "https://u:{CANARY}@r.io": {{}}',
    "credential provider variable": f'  - name: AWS_SECRET_ACCESS_KEY\n    value: "{CANARY}"',
    "variable in JSON": f'"env": [{{"name": "DB_PASSWORD", "value": "{CANARY}"}}]',
    "proxy in a unit": f'Environment="HTTPS_PROXY=http://u:{CANARY}@proxy:3128" "A=b"',
    "proxy without scheme": f"Environment=HTTP_PROXY=u:{CANARY}@proxy:3128",
    "proxy with escapes": f"HTTP_PROXY=http://u:p%40{CANARY}@proxy",
    "proxy in daemon.json": f'  "https-proxy": "http://u:{CANARY}@p:1",',
    "splunk token": f'"log-opts": {{"splunk-token": "{CANARY}", "max-size": "10m"}}',
    "bootstrap token": f"    token: {CANARY}",
    "bootstrap token by form": "kubeadm join --token abcdef.0123456789abcdef",
    "client key": f"    client-key-data: {CANARY}==",
    "kubelet flag": f'KUBELET_EXTRA_ARGS="--token={CANARY} --v=2"',
    "kubelet flag, two words": f"KUBELET_EXTRA_ARGS=--token {CANARY} --v=2",
    "quoted in quotes": f'ARGS="--password=\\"{CANARY}\\""',
    "image reference": f"image: user:{CANARY}@registry.io/app:1",
    "etcd password": f"    - --etcd-root-password={CANARY}",
    "certificate key": f"certificateKey: {CANARY}",
    "encryption key": f"      secret: {CANARY}=",
    "malformed JSON": f'{{"auths": {{"r": {{"auth": "{CANARY}',
    "malformed TOML": f'password = "{CANARY}',
    "malformed YAML": f'\ttoken: "{CANARY}',
    "key block": f"-----BEGIN RSA PRIVATE KEY-----\n{CANARY}\n-----END RSA PRIVATE KEY-----",
    "key block in JSON": f'"-----BEGIN PRIVATE KEY-----\\n{CANARY}\\n-----END PRIVATE KEY-----"',
    "key block, cut off": f"-----BEGIN EC PRIVATE KEY-----\n{CANARY}",
    "block scalar": f"password: |\n  {CANARY}\n  {CANARY}",
    "value on the next line": f'"password":\n    "{CANARY}"',
    "diff": f'-  password = "old"\n+  password = "{CANARY}"',
    "diff context": f" auth: {CANARY}",
    "journal": f'msg="PullImage" auth="&AuthConfig{{Password:{CANARY},}}"',
    "token in an address": f"https://{CANARY}@github.com/x",
    "numeric password": "password: 7731234",
}


@pytest.mark.parametrize("place", SECRETS)
def test_no_secret_is_left(place: str) -> None:
    text = SECRETS[place]
    clean = redact.text(text)
    for secret in (CANARY, "0123456789abcdef", "7731234"):
        assert secret not in clean
    assert REMOVED in clean
    assert clean.count("\n") == text.count("\n")
    assert redact.text(clean) == clean


@pytest.mark.parametrize(
    "line",
    [
        "authentication-token-webhook: true",
        "    authenticationTokenWebhook: true",
        "serviceAccountTokenNodeBinding: false",
        "rotateCertificates: true",
        "tokenAttributes: x",
        "image: nginx:1.2@sha256:0123456789abcdef",
        "image: registry.io:5000/a/b:1@sha256:aa",
        'sandbox_image = "registry.k8s.io/pause:3.6"',
        "client-key: /etc/kubernetes/pki/x.key",
        "tlsPrivateKeyFile: /var/lib/kubelet/pki/kubelet.key",
        'KUBELET_ARGS="--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf"',
        "--image-credential-provider-config=/etc/x.yaml --image-credential-provider-bin-dir=/opt/x",
        "--container-runtime-endpoint=unix:///run/containerd/containerd.sock",
        "password: ${PASSWORD}",
        "  - name: regcred",
        "secretName: etcd-certs",
        "EnvironmentFile=-/etc/default/kubelet",
        '"log-opts": {"max-size": "10m", "max-file": "3"},',
        "ExecStart=/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS",
        "mail: a@b.example",
        "# Basic settings of the node",
        "[host.'https://mirror:5000']",
    ],
)
def test_what_checks_need_is_left(line: str) -> None:
    assert redact.text(line) == line


def test_a_line_keeps_what_stands_beside_a_secret() -> None:
    line = f'ARGS="--node-ip=10.0.0.1 --token={CANARY} --v=2" # why'
    assert redact.text(line) == 'ARGS="--node-ip=10.0.0.1 --token=(removed) --v=2" # why'
    line = f'{{"password": "{CANARY}", "max-size": "10m", "token": "{CANARY}"}}'
    expected = '{"password": "(removed)", "max-size": "10m", "token": "(removed)"}'
    assert redact.text(line) == expected


def test_command_lines() -> None:
    words = ["dockerd", "--log-opt", f"splunk-token={CANARY}", "--token", CANARY, "--debug"]
    clean = redact.argv(words)
    assert clean == (
        "dockerd",
        "--log-opt",
        "splunk-token=(removed)",
        "--token",
        "(removed)",
        "--debug",
    )
    assert redact.argv(["kubelet", "--authentication-token-webhook", "--v=2"])[1:] == (
        "--authentication-token-webhook",
        "--v=2",
    )
    assert CANARY not in "".join(redact.argv([f"--proxy=http://u:{CANARY}@h", f"Bearer {CANARY}"]))


def test_utf16_and_binary_files() -> None:
    secret = f"password = {CANARY}\nx = 1\n".encode("utf-16")
    assert b"C\0A\0N\0A\0R\0Y" not in redact.data(secret)
    assert redact.data(secret).count(b"\n") == secret.count(b"\n")
    assert redact.data(b"\0\1\2plain") == b"\0\1\2plain"


def test_lines_of_words() -> None:
    assert redact.words(f"x=/etc --a {CANARY}\n--auth-required\n") == (
        "x=/etc --a (removed)\n--auth-required\n"
    )


def test_values_by_name() -> None:
    assert redact.value("AWS_SECRET_ACCESS_KEY", CANARY) == "(removed)"
    assert redact.value("https_proxy", f"http://u:{CANARY}@h:1") == "http://(removed)@h:1"
    assert redact.value("REG_PASS", CANARY) == redact.value("PIN", "4711") == "(removed)"
    assert redact.value("KUBELET_ARGS", f"--v=2 -p{CANARY}") == "--v=2 (removed)"
    assert redact.value("", f"token={CANARY}, {CANARY}") == f"token=(removed), {CANARY}"
    assert redact.value("max-size", "10m") == "10m"


@given(st.binary(max_size=300))
def test_lines_are_never_lost(data: bytes) -> None:
    assert redact.data(data).count(b"\n") == data.count(b"\n")


def test_a_long_line_takes_no_long_time() -> None:
    text = "token" * 200_000
    assert redact.text(text) is not None
    text = "a.b-c_" * 170_000 + "@"
    assert redact.text(text) is not None


@pytest.mark.parametrize("name", ["authorization-mode", "authorization.mode", "AUTHORIZATION_MODE"])
def test_how_the_kubelet_authorizes_is_no_secret(name: str) -> None:
    assert redact.value(name, "Webhook") == "Webhook"
    assert redact.text(f"kubelet --{name}=Webhook --v=2") == f"kubelet --{name}=Webhook --v=2"
    assert redact.value("authorization", "Webhook") == REMOVED
