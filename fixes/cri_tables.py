"""Where containerd's configuration keeps the settings of its CRI plugin."""

from __future__ import annotations

from unshim.model.parts.containerd import ContainerdConfig
from unshim.model.values import FileText
from unshim.text.edit.toml_text import Path

# Where each version of the configuration keeps the CRI plugin's runtime settings.
# Source: containerd docs/cri/config.md and docs/PLUGINS.md.
TABLES: dict[int, Path] = {
    1: ("plugins", "cri"),
    2: ("plugins", "io.containerd.grpc.v1.cri"),
    3: ("plugins", "io.containerd.cri.v1.runtime"),
    4: ("plugins", "io.containerd.cri.v1.runtime"),
}


def file_that_counts(
    config: ContainerdConfig, main: FileText, files: dict[str, FileText]
) -> FileText:
    """The file whose CRI table counts: containerd 1.x takes the last imported one whole."""
    table = TABLES.get(config.version.value, TABLES[2])
    mark = f'plugins."{table[1]}"'
    for key, setting in config.values.items():
        if key.startswith((mark, f"plugins.{table[1]}")) and setting.source.where in files:
            return files[setting.source.where]
    return main
