"""The Merkle tree over an edition's items: RFC 6962 §2.1 with SHA-256."""

from collections.abc import Sequence
from hashlib import sha256
from typing import TypeVar

from handbill.errors import FormatError

_Node = TypeVar("_Node", bytes, str)


def leaf(data: bytes) -> bytes:
    """Hash one item text."""
    return sha256(b"\0" + data).digest()


def node(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees."""
    return sha256(b"\1" + left + right).digest()


def levels(leaves: Sequence[bytes]) -> list[list[bytes]]:
    """Return the tree level by level, leaves first; a lone last node moves up as it is.

    For a left-filled tree this gives the same root and paths as the RFC's recursion.
    """
    tree = [list(leaves)]
    while len(tree[-1]) > 1:
        below = tree[-1]
        above = [node(below[i], below[i + 1]) for i in range(0, len(below) - 1, 2)]
        if len(below) % 2:
            above.append(below[-1])
        tree.append(above)
    return tree


def root(leaves: Sequence[bytes]) -> bytes:
    """Return the root; of no leaves, SHA-256 of nothing."""
    return top(levels(leaves))


def top(tree: Sequence[Sequence[bytes]]) -> bytes:
    """Return the root of a tree that :func:`levels` built."""
    return tree[-1][0] if tree[-1] else sha256(b"").digest()


def path(tree: Sequence[Sequence[_Node]], index: int) -> tuple[_Node, ...]:
    """Return the audit path of one leaf, nearest sibling first (RFC 6962 §2.1.1)."""
    found = []
    for level in tree[:-1]:
        if (index ^ 1) < len(level):
            found.append(level[index ^ 1])
        index //= 2
    return tuple(found)


def root_from(leaf_hash: bytes, index: int, size: int, audit: Sequence[bytes]) -> bytes:
    """Rebuild the root from one leaf and its path (RFC 9162 §2.1.3.2).

    Raises:
        FormatError: the path does not fit a tree of ``size``.
    """
    if not 0 <= index < size:
        raise FormatError(f"proof: index {index}, expected less than {size}")
    last, found = size - 1, leaf_hash
    for sibling in audit:
        if last == 0:
            raise FormatError("proof: path is longer than the tree is high")
        if index % 2 or index == last:
            found = node(sibling, found)
            while not index % 2 and index:
                index //= 2
                last //= 2
        else:
            found = node(found, sibling)
        index //= 2
        last //= 2
    if last:
        raise FormatError("proof: path is shorter than the tree is high")
    return found
