"""A node with a secret in each of the places where people put them, each of its own."""

from __future__ import annotations

from itertools import count

from tests.trees import KUBEADM

_NUMBERS = count(1)
SECRETS: list[str] = []


def s() -> str:
    """One secret more, like nothing that is known by its form."""
    SECRETS.append(f"zq{next(_NUMBERS):03d}Xk7Lw9")
    return SECRETS[-1]


_CRI = 'plugins."io.containerd.grpc.v1.cri"'

CONTAINERD = f'''\
version = 2
# password of the mirror: {s()}
root = "/data/containerd" # {s()}
imports = ["/etc/containerd/conf.d/*.toml"]
unknown_key = "{s()}"
unknown_pin = 77{s()[2:5]}31
[debug]
  level = "info"
[{_CRI}]
  sandbox_image = "registry.k8s.io/pause:3.6"
  [{_CRI}.registry.headers]
    X-Meta-Token = ["{s()}"]
    X-Meta-Source = ["{s()}"]
    path = ["{s()}"]
  [{_CRI}.registry.configs."r.io".auth]
    username = "{s()}"
    password = """
{s()}
"""
    auth = \'\'\'{s()}\'\'\'
    identitytoken = "{s()}"
  [{_CRI}.registry.configs."s.io"]
    auth = {{ username = "{s()}", password = "{s()}" }}
  [{_CRI}.registry.mirrors."docker.io"]
    endpoint = [
      "https://user:{s()}@mirror.example",
      "https://m2.example/v2?sig={s()}",
    ]
  [{_CRI}.containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [{_CRI}.containerd.runtimes.runc.options]
      SystemdCgroup = true
      ExtraThing = "{s()}"
[stream_processors."io.containerd.ocicrypt.decoder.v1.tar"]
  accepts = ["application/vnd.oci.image.layer.v1.tar+encrypted"]
  args = ["--decryption-keys-path", "/etc/containerd/keys", "--key", "{s()}"]
  env = ["OCICRYPT_PASS={s()}", "B={s()}"]
  path = "ctd-decoder"
[proxy_plugins.stargz]
  type = "snapshot"
  address = "/run/stargz.sock"
  [proxy_plugins.stargz.exports]
    bearer_thing = "{s()}"
'''

UNIT = f"""\
[Unit]
Description=containerd
# set by hand: {s()}
[Service]
Environment=REG_PASS={s()} MY_PWD={s()}
Environment="DB_CONN=host=db pass phrase {s()}"
Environment=API_TOKEN=\\
{s()}
Environment=PLAIN_THING=\\
  {s()}
Environment=OTEL_EXPORTER_OTLP_HEADERS=x-honeycomb-team={s()}
Environment='HTTP_PROXY=http://u:{s()}"tail@proxy.example:3128'
Environment="HTTPS_PROXY=http://u:{s()}@proxy.example:3128" "NO_PROXY=10.0.0.0/8"
Environment="all_proxy=u:{s()}@proxy.example:3128"
SetCredential=disk:{s()}
SetCredentialEncrypted=disk: {s()}
LoadCredential=x:/etc/x
PassEnvironment=HOME
ExecStartPre=-/usr/bin/curl -u a:{s()} https://h.example/{s()}
ExecStartPre=/usr/bin/mysql -p{s()} --host db
ExecStart=/usr/bin/containerd --log-level info --metrics-key={s()} {s()}
ExecStop=/bin/sh -c "vault login {s()}; echo '{s()}'"
Restart=always
"""

KUBELET_UNIT = f"""\
[Service]
Environment="KUBELET_KUBECONFIG_ARGS=--kubeconfig=/etc/kubernetes/kubelet.conf"
Environment="KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml"
Environment="OTHER={s()}"
EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
EnvironmentFile=-/etc/default/kubelet
ExecStart=
ExecStart=/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS \\
  $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS --unknown-flag={s()} -p{s()} --another {s()}
"""

EXTRA = f"""\
# {s()}
export DB_PASS={s()}
MYSQL_PWD={s()}
QUOTED="two words {s()}"
SPREAD="one
{s()}"
APOSTROPHE='{s()}'
NUMBER=77{s()[2:5]}315
KUBELET_EXTRA_ARGS="--node-ip=10.0.0.1 --manifest-url-header=X-Auth:{s()} \\
  --manifest-url=https://u:{s()}@m.example/p?sig={s()} --bootstrap-token {s()} \\
  --docker-endpoint=unix:///var/run/docker.sock --experimental-dockershim"
"""

KUBELET = f"""\
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
cgroupDriver: systemd
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
authorization:
  mode: Webhook
staticPodPath: /etc/kubernetes/manifests
staticPodURL: https://u:{s()}@m.example/pods?key={s()}
staticPodURLHeader:
  X-Custom: [{s()}]
  X-More:
  - {s()}
  - "{s()}"
unknownKey: {s()}
unknownList:
- {s()}
unknownMap: {{a: {s()}, "b": "{s()}"}}
unknownText: |
  {s()}
  name: {s()}
unknownFolded: "first
  {s()}
  name: {s()}"
evictionHard:
  memory.available: 100Mi
"""

POD = f"""\
apiVersion: v1
kind: Pod
metadata:
  name: db
  namespace: kube-system
  labels: {{tier: {s()}}}
  annotations:
    name: {s()}
    note: "{s()}"
    kubectl.kubernetes.io/last-applied-configuration: |
      {{"spec": {{"containers": [{{"image": "{s()}"}}]}}}}
spec:
  containers:
  - name: db
    image: u:{s()}@registry.example/db:1 # {s()}
    imagePullPolicy: IfNotPresent
    command: ["/bin/db", "--token", "{s()}", "{s()}"]
    args:
    - --token
    - {s()}
    - mysql -p{s()}
    - "curl -u a:{s()}"
    - -H
    - 'X-Key: {s()}'
    - --authorization-mode=Node,RBAC
    - --encryption={s()}
    env:
    - name: DB_PASS
      value: {s()}
    - value: {s()}
      name: SSH_KEY
    - {{name: MYSQL_PWD, value: "{s()}"}}
    - name: PEM
      value: |
        -----BEGIN RSA PRIVATE KEY-----
        {s()}
        -----END RSA PRIVATE KEY-----
    - name: FOLDED
      value: >-
        {s()}
    livenessProbe:
      httpGet:
        httpHeaders:
        - name: X-Auth
          value: {s()}
        path: /healthz
    volumeMounts:
    - mountPath: /data
  nodeSelector: {{zone: {s()}}}
  hostNetwork: true
---
apiVersion: v1
kind: ConfigMap
data:
  image: {s()}
  key: {s()}
"""

POD_IN_JSON = f"""{{"apiVersion": "v1", "kind": "Pod", "metadata": {{"name": "j",
"annotations": {{"path": "{s()}"}}}}, "spec": {{"containers": [
  {{"name": "c", "image": "i:1", "env": [{{"name": "X", "value": "{s()}"}},
   {{"value": "{s()}", "name": "Y"}}], "args": ["--key", "{s()}", "{s()}"]}}]}}}}
"""

DOCKER = f"""\
{{
  "exec-opts": ["native.cgroupdriver=systemd"],
  "log-driver": "json-file",
  "log-opts": {{"max-size": "10m", "max-file": "3", "env": "{s()}", "labels": "{s()}",
    "sumo-url": "https://sumo.example/{s()}", "splunk-token": "{s()}", "tag": "{s()}"}},
  "HttpHeaders": {{"X-Meta": "{s()}", "path": "{s()}"}},
  "proxies": {{"http-proxy": "http://u:{s()}@p.example:1", "https-proxy": "http://u:{s()}\\"x@p:1"}},
  "labels": ["a={s()}"],
  "unknown": "{s()}", "pin": 77{s()[2:5]}31,
  "registry-mirrors": ["https://u:{s()}@m.example"]
}}
"""

NERDCTL = f'namespace = "k8s.io"\ncreds = "{s()}"\n[other]\nthing = "{s()}"\n'
CRICTL = f"runtime-endpoint: unix:///run/containerd/containerd.sock\ncreds: u:{s()}\nother: {s()}\n"
BUILDKIT = f"""\
root = "/var/lib/buildkit"
[otel]
  headers = "x-honeycomb-team={s()}"
  note = "{s()}"
[registry."docker.io"]
  mirrors = ["https://u:{s()}@m.example"]
[[frontend.x]]
  arg = "{s()}"
"""
CNI = f"""{{"cniVersion": "1.0.0", "name": "net", "plugins": [
  {{"type": "calico", "etcd_pass": "{s()}", "etcd_endpoints": "https://u:{s()}@e:1",
    "args": {{"x": "{s()}"}}, "ipam": {{"type": "host-local", "subnet": "10.0.0.0/8"}},
    "kubernetes": {{"k8s_auth": "{s()}", "kubeconfig": "/etc/cni/net.d/k"}}, "note": "{s()}"}}]}}
"""
HOSTS = f"""\
server = "https://u:{s()}@r.example"
[host."https://m.example"]
  capabilities = ["pull"]
  x_note = "{s()}"
[host."https://m.example".header]
  x-own = "{s()}"
  Authorization = ["{s()}"]
"""
KUBEADM_CONFIG = f"""\
kind: InitConfiguration
bootstrapTokens:
- token: abcdef.0123456789abcdef
  description: {s()}
nodeRegistration:
  criSocket: /var/run/dockershim.sock
  kubeletExtraArgs:
    node-ip: 10.0.0.1
    thing: {s()}
certificateKey: {s()}
etcd:
  external:
    password: {s()}
"""
DOCKER_LOGIN = f'{{"auths": {{"r.io": {{"auth": "{s()}"}}}}, "HttpHeaders": {{"A": "{s()}"}}, \
"proxies": {{"default": {{"httpProxy": "http://u:{s()}@p:1"}}}}}}'

FILES = {
    **KUBEADM,
    "/etc/containerd/config.toml": CONTAINERD,
    "/etc/containerd/conf.d/a.toml": f'version = 2\nsome_value = "{s()}"\n',
    "/etc/containerd/certs.d/r.example/hosts.toml": HOSTS,
    "/lib/systemd/system/containerd.service": UNIT,
    "/etc/systemd/system/kubelet.service.d/10-kubeadm.conf": KUBELET_UNIT,
    "/lib/systemd/system/docker.service": f"[Service]\nExecStart=/usr/bin/dockerd -H fd:// "
    f"--log-opt splunk={s()} --log-opt max-size=10m --label a={s()}\n",
    "/etc/default/kubelet": EXTRA,
    "/var/lib/kubelet/config.yaml": KUBELET,
    "/etc/kubernetes/manifests/db.yaml": POD,
    "/etc/kubernetes/manifests/j.json": POD_IN_JSON,
    "/etc/kubernetes/kubeadm.yaml": KUBEADM_CONFIG,
    "/etc/docker/daemon.json": DOCKER,
    "/root/.docker/config.json": DOCKER_LOGIN,
    "/etc/nerdctl/nerdctl.toml": NERDCTL,
    "/etc/crictl.yaml": CRICTL,
    "/etc/buildkit/buildkitd.toml": BUILDKIT,
    "/etc/cni/net.d/10-net.conflist": CNI,
    "/etc/environment": f"REG_PASS={s()}\nhttps_proxy=http://u:{s()}@p:1\n",
    "/etc/systemd/system.conf": f"[Manager]\nDefaultEnvironment=REG_PASS={s()} A={s()}\n",
    "/etc/systemd/journald.conf": f"[Journal]\nSystemMaxUse=1G\nUnknown={s()}\n",
    "/etc/fluent-bit/a.conf": f"Path /var/log/containers/*.log Passwd {s()}\nHTTP_Passwd {s()}\n",
    "/etc/logrotate.conf": f"include /etc/more.d\nmail {s()}\n",
    "/etc/rsyslog.d/b.conf": f'input(File="/var/log/pods/x" Token="{s()}")\n',
    "/proc/cmdline": f"root=/dev/sda rd.iscsi.password={s()} ds=nocloud;s=http://h/{s()} "
    "systemd.unified_cgroup_hierarchy=0\n",
    "/usr/bin/containerd": "",
    "/usr/bin/dockerd": "",
    "/var/lib/dpkg/status": "\n".join(
        f"Package: {name}\nStatus: install ok installed\nVersion: {version}\n"
        for name, version in (
            ("containerd", "1.6.20~ds1-1"),
            ("docker.io", "20.10.24"),
            ("kubelet", "1.23.17-00"),
        )
    ),
}  # fmt: skip


def leaked(text: str) -> list[str]:
    """The secrets in a text; any part of one that is long enough to be one counts."""
    return [secret for secret in SECRETS if secret in text or secret[2:] in text]
