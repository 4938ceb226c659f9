"""Git directories with as much of a kubelet's sources as says what its flags and fields are."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

OPTIONS = """\
package options

import (
	"k8s.io/component-base/logs"
	logsapi "k8s.io/component-base/logs/api/v1"
)

// AddFlags is of another type: fs.StringVar(&o.Nothing, "no-flag", "", "")
func (o *Other) AddFlags(fs *pflag.FlagSet) {
	fs.StringVar(&o.Nothing, "of-another", "", "")
}

func (f *KubeletFlags) AddFlags(mainfs *pflag.FlagSet) {
	fs := pflag.NewFlagSet("", pflag.ExitOnError)
	fs.StringVar(&f.Config, "config", f.Config, "The file, (with commas, \\") and all")
	fs.BoolVar(&f.Old, "old", f.Old, "")
	fs.MarkDeprecated("old", "it goes")
	bindableNodeLabels := cliflag.ConfigurationMap(f.NodeLabels)
	fs.Var(&bindableNodeLabels, "node-labels", fmt.Sprintf("%s", strings.Join(a(), ", ")))
}

func AddKubeletConfigFlags(mainfs *pflag.FlagSet, c *kubeletconfig.KubeletConfiguration) {
	fs.DurationVar(&c.SyncFrequency.Duration, "sync-frequency", c.SyncFrequency.Duration, "")
	fs.StringVar((*string)(&c.Auth.Mode), "auth-mode", string(c.Auth.Mode), ""+
		"words")
	fs.Var(cliflag.NewLangleSeparatedMapStringString(&c.EvictionHard), "eviction-hard", "")
	fs.Var(&utilflag.RegisterWithTaintsVar{Value: &c.Taints}, "register-with-taints", "")
	logsapi.AddFlags(&c.Logging, fs)
}

func AddGlobalFlags(fs *pflag.FlagSet) {
	addCadvisorFlags(fs)
	logs.AddFlags(fs, logs.SkipLoggingConfigurationFlags())
}
"""
CADVISOR = """\
package options

func addCadvisorFlags(fs *pflag.FlagSet) {
	register(global, local, "housekeeping_interval")
	register(global, local, "max_housekeeping_interval")
	registerDeprecated(global, local, "docker_only", deprecated)
}
"""
TYPES = """\
package v1beta1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	logsapi "k8s.io/component-base/logs/api/v1"
)

type Mode string

type KubeletConfiguration struct {
	metav1.TypeMeta `json:",inline"`
	// Not a field: Sync string `json:"sync"`
	SyncFrequency metav1.Duration   `json:"syncFrequency,omitempty"`
	Auth          Auth              `json:"auth"`
	EvictionHard  map[string]string `json:"evictionHard,omitempty"`
	Taints        []Taint           `json:"registerWithTaints,omitempty"`
	MaxPods       *int32            `json:"maxPods,omitempty"`
	Logging       logsapi.LoggingConfiguration `json:"logging,omitempty"`
	Inner         string            `json:"-"`
}

type Auth struct {
	Mode Mode `json:"mode"`
}

type Taint struct {
	Key string `json:"key"`
}
"""
LOGS_API = """\
package v1

const LogFlushFreqFlagName = "log-flush-frequency"

type LoggingConfiguration struct {
	Format         string             `json:"format,omitempty"`
	FlushFrequency TimeOrMetaDuration `json:"flushFrequency"`
	Verbosity      VerbosityLevel     `json:"verbosity"`
	VModule        VModule            `json:"vmodule,omitempty"`
}

type VModule []Item

type VerbosityLevel uint32

type Item struct {
	Pattern string `json:"pattern"`
}

func AddFlags(c *LoggingConfiguration, fs *pflag.FlagSet) {
	fs.DurationVar(&c.FlushFrequency.Duration.Duration, LogFlushFreqFlagName, c.FlushFrequency, "")
	fs.VarP(VerbosityLevelPflag(&c.Verbosity), "v", "v", "")
}
"""
KLOG = """\
package klog

func InitFlags(flagset *flag.FlagSet) {
	flagset.BoolVar(&logging.toStderr, "log_to_stderr", true, "")
	flagset.Var(&logging.verbosity, "v", "")
}
"""
FILES: Mapping[str, str] = {
    "cmd/kubelet/app/options/options.go": OPTIONS,
    "cmd/kubelet/app/options/globalflags_linux.go": CADVISOR,
    "cmd/kubelet/app/options/options_test.go": 'func f() {\n\tfs.Bool("of-a-test", true, "")\n}\n',
    "cmd/kubelet/app/options/osflags_windows.go": 'func g() {\n\tfs.Bool("w", true, "")\n}\n',
    "cmd/kubelet/app/server.go": (
        'package app\n\nfunc NewKubeletCommand() {\n\tset.BoolP("help", "h", false, "")\n}\n'
    ),
    "vendor/k8s.io/klog/v2/klog.go": KLOG,
    "vendor/github.com/google/cadvisor/manager/manager.go": (
        'package manager\n\nvar a = flag.Duration("housekeeping_interval", 1, "")\n'
        'var b = flag.Duration("max_housekeeping_interval", 1, "")\n'
        'var c = flag.Bool("docker_only", false, "")\n'
    ),
    "staging/src/k8s.io/kubelet/config/v1beta1/types.go": TYPES,
    "staging/src/k8s.io/component-base/logs/logs.go": (
        "package logs\n\nfunc AddFlags(fs *pflag.FlagSet) {\n\tpf.Deprecated = deprecated\n}\n"
    ),
    "staging/src/k8s.io/component-base/logs/api/v1/options.go": LOGS_API,
    "staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/types.go": (
        'package v1\n\ntype TypeMeta struct {\n\tKind string `json:"kind,omitempty"`\n}\n'
    ),
}


def git(folder: Path, *words: str) -> None:
    who = ("-c", "user.name=x", "-c", "user.email=x@example.org")
    subprocess.run(["git", "-C", str(folder), *who, *words], check=True, stdout=subprocess.DEVNULL)


def commit(folder: Path, tag: str, files: Mapping[str, str], head: str = "") -> None:
    """One revision with these files below `head`, under a tag; made where nothing is yet."""
    if not (folder / ".git").exists():
        git(folder, "init", "-q")
    for path, text in files.items():
        (folder / head / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / head / path).write_text(text)
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", tag)
    git(folder, "tag", tag)
