"""Every order that a disk may keep of what was not flushed, whatever file system it is.

The tree is looked at before each call, so that what a call changed is known by its effect. A file's
bytes and owner last once it was flushed, its name once its folder was; what was not, may be kept or
lost, each change for itself, an append also half. Real file systems keep more order than that, and
hide a missing flush of a folder: here it shows.
"""

from __future__ import annotations

import hashlib
import os
import random
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from tests.crash import world

_SECTOR = 512
"""What a disk writes whole."""
Owner = tuple[int, int, int, tuple[tuple[str, bytes], ...]]
"""Mode with the kind, owner, group, xattrs."""


class Inode(NamedTuple):
    """A file with its bytes (a link with its target), or a folder with its names."""

    owner: Owner
    data: bytes = b""
    names: Mapping[str, int] = {}


Tree = Mapping[int, Inode]


class Atom(NamedTuple):
    """A change that is kept or lost whole: names of folders, or one inode's bytes, or its owner."""

    names: tuple[tuple[int, str, int | None], ...] = ()
    inode: int = 0
    data: bytes | None = None
    owner: Owner | None = None


def seen(node: Path) -> Tree:
    """The tree of a node, of all that lasts."""
    tree: dict[int, Inode] = {0: Inode((0, 0, 0, ()), b"", {})}
    roots = {}
    waiting = [node / name for name in world.LASTING]
    while waiting:
        place = waiting.pop()
        status = place.lstat()
        names = sorted(os.listxattr(place, follow_symlinks=False))
        xattrs = tuple((n, os.getxattr(place, n, follow_symlinks=False)) for n in names)
        owner = (status.st_mode, status.st_uid, status.st_gid, xattrs)
        if place.parent == node:
            roots[place.name] = status.st_ino
        if stat.S_ISDIR(status.st_mode):
            inside = {entry.name: entry.inode() for entry in os.scandir(place)}
            tree[status.st_ino] = Inode(owner, b"", inside)
            waiting += [place / name for name in inside]
        elif stat.S_ISLNK(status.st_mode):
            tree[status.st_ino] = Inode(owner, os.fsencode(os.readlink(place)))
        elif stat.S_ISREG(status.st_mode):
            tree[status.st_ino] = Inode(owner, place.read_bytes())
    tree[0] = Inode((0, 0, 0, ()), b"", roots)
    return tree


def _changes(before: Tree, after: Tree) -> Iterator[Atom]:
    """What one call did, by its effect."""
    names: list[tuple[int, str, int | None]] = []
    for number, inode in after.items():
        was = before[number].names if number in before else {}
        gone = [(number, name, None) for name in was if name not in inode.names]
        there = [(number, n, i) for n, i in inode.names.items() if was.get(n) != i]
        names += [*gone, *there]
    if names:
        yield Atom(names=tuple(names))
    for number, inode in after.items():
        known = before.get(number, inode._replace(data=b""))
        if inode.data != known.data and stat.S_ISREG(inode.owner[0]):
            yield Atom(inode=number, data=inode.data)
        if inode.owner != known.owner:
            yield Atom(inode=number, owner=inode.owner)


class Disk:
    """What lasts for sure, and what may last."""

    def __init__(self, tree: Tree) -> None:
        self.lasts = {n: i._replace(names=dict(i.names)) for n, i in tree.items()}
        self.pending: list[Atom] = []

    def change(self, before: Tree, after: Tree) -> None:
        """What may be lost again; a new inode itself is never missed while no name leads to it."""
        for number, inode in after.items():
            if number not in before:
                link = not stat.S_ISREG(inode.owner[0])
                self.lasts[number] = Inode(inode.owner, inode.data if link else b"", {})
        self.pending += _changes(before, after)

    def flush(self, number: int | None) -> None:
        """An inode was flushed; None: everything was."""
        rest = []
        for atom in self.pending:
            folders = [folder for folder, _, _ in atom.names]
            if number is None or number == atom.inode or number in folders:
                _keep(self.lasts, atom)
            else:
                rest.append(atom)
        self.pending = rest

    def outcomes(self, chance: random.Random) -> Iterator[list[Atom]]:
        """What may have been kept: nothing, all, all but one, one alone, any, and torn ones."""
        every = self.pending
        yield []
        if not every:
            return
        yield every
        for one in range(len(every)):
            yield every[:one] + every[one + 1 :]
            yield [every[one]]
            yield from self._torn(one)
        for _ in range(min(6, 2 ** len(every))):
            yield [atom for atom in every if chance.random() < 0.5]

    def _torn(self, one: int) -> Iterator[list[Atom]]:
        """The one half: sectors up to the middle of what it changed."""
        atom = self.pending[one]
        known = self.lasts.get(atom.inode)
        if atom.data is None or known is None:
            return
        same = _same(known.data, atom.data)
        middle = (same + len(atom.data.rstrip(b"\0"))) // 2 // _SECTOR * _SECTOR
        if same < middle:
            half = atom._replace(data=atom.data[:middle] + known.data[middle:])
            yield [*self.pending[:one], half, *self.pending[one + 1 :]]

    def with_(self, kept: list[Atom]) -> Tree:
        tree = {n: i._replace(names=dict(i.names)) for n, i in self.lasts.items()}
        for atom in kept:
            _keep(tree, atom)
        return tree


def _same(one: bytes, other: bytes) -> int:
    """How many bytes are the same at the beginning of both."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _keep(tree: dict[int, Inode], atom: Atom) -> None:
    for folder, name, number in atom.names:
        if folder in tree:
            names = {**tree[folder].names, name: number}
            kept = {n: i for n, i in names.items() if i is not None}
            tree[folder] = tree[folder]._replace(names=kept)
    if atom.inode in tree:
        known = tree[atom.inode]
        data = known.data if atom.data is None else atom.data
        tree[atom.inode] = known._replace(data=data, owner=atom.owner or known.owner)


def laid_out(tree: Tree, number: int, place: Path) -> None:
    """Make the files of a tree below an inode."""
    inode = tree[number]
    mode, uid, gid, xattrs = inode.owner
    if stat.S_ISLNK(mode):
        place.symlink_to(os.fsdecode(inode.data))
        return
    if stat.S_ISDIR(mode):
        place.mkdir()
        for name, inside in inode.names.items():
            if inside in tree:
                laid_out(tree, inside, place / name)
    else:
        place.write_bytes(inode.data)
    os.chown(place, uid, gid)
    for key, value in xattrs:
        os.setxattr(place, key, value)
    place.chmod(stat.S_IMODE(mode))


def shown(tree: Tree, number: int = 0) -> str:
    """A digest of all that a tree is."""
    inode = tree[number]
    inside = sorted((n, shown(tree, i)) for n, i in inode.names.items() if i in tree)
    return hashlib.sha256(repr((inode.owner, inside)).encode() + inode.data).hexdigest()
