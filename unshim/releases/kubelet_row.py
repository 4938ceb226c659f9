"""What one setting of the kubelet is, release by release."""

from __future__ import annotations

from unshim.model.nouns import NamedTuple
from unshim.releases.kubelet_kinds import ZERO, Kind

NEVER = 0
FIRST = 20
"""The oldest release line, 1.20, of which every setting is known."""
OLDEST = 15
"""The oldest of which those are known that decide on the runtime, its logs and its cgroups."""
LAST = 36


class Row(NamedTuple):
    """One setting. Releases are minor numbers: 24 is 1.24.

    `name` is the field's dotted path, or the flag's name where there never was a field. `flags` are
    known from `flag_from` to `flag_until`; `field_from` is the first release with the field, NEVER
    where there is none. `defaults` holds (release, value) pairs, each from its release on; without
    --config the default is `bare` from `bare_from` on, where that is not None. A zero in the file
    (`""`, `0`, `false`, an empty list) holds from release `zero_from` on; before, and where that is
    NEVER, it means the default. `known_from` is the first release of which all this is known, as of
    FIRST.
    """

    name: str
    kind: Kind
    flags: tuple[str, ...]
    defaults: tuple[tuple[int, object], ...]
    field_from: int = FIRST
    flag_from: int = FIRST
    flag_until: int = LAST
    zero_from: int = NEVER
    bare: object = None
    known_from: int = FIRST
    bare_from: int = FIRST

    def line(self, minor: int) -> int | None:
        """The release whose words hold for this one; None where that is not known."""
        return None if minor < self.known_from else max(minor, FIRST)

    def default(self, minor: int, with_file: bool) -> object:
        """What holds in that release where nothing sets it."""
        if self.bare is not None and not with_file and self.bare_from <= minor:
            return self.bare
        held = [value for since, value in self.defaults if since <= minor]
        return held[-1] if held else ZERO[self.kind]

    def has_flag(self, minor: int) -> bool:
        """Whether that release knows its flags. Releases after the last known are taken as it."""
        return bool(self.flags) and self.flag_from <= minor and min(minor, LAST) <= self.flag_until

    def has_field(self, minor: int) -> bool:
        """Whether that release reads its field."""
        return self.field_from != NEVER and self.field_from <= minor
