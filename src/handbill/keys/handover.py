"""Change who speaks for a newsroom: the next root, signed by the keys of the last one.

TUF specification 1.0, "Key management and migration". Keys are drawn in ring; this module decides
what the next root says.
"""

from dataclasses import replace
from datetime import date

from handbill.errors import KeysLocked, UsageError
from handbill.keys import roots
from handbill.keys.gate import is_key
from handbill.keys.held import HeldKey, draw_key
from handbill.keys.ring import KeyRing
from handbill.keys.roots import Root

ROTATED: dict[str, tuple[str, ...]] = {
    "root": ("root",),
    "editor": ("targets",),
    "press": ("snapshot", "timestamp"),
    "ssh": (),
    "desk": (),
}


def add_editor(ring: KeyRing, public: bytes, threshold: int | None, today: date) -> Root:
    """Appoint an editor; ``threshold`` editors must sign from then on (unchanged where None).

    Raises:
        UsageError: no key can be of these digits, or it was withdrawn, or the threshold is not
            between 1 and the number of editors.
        KeysLocked: too few root keys are here.
    """
    if not is_key(public):
        raise UsageError(
            f"{public.hex()}: is no public key",
            hint="copy it again from what handbill keys new-editor printed",
        )
    if public.hex() in dict(ring.withdrawn()):
        raise UsageError(
            f"{public.hex()}: was withdrawn, and whoever took it would sign again",
            hint="let the editor draw a new key: handbill keys new-editor FILE",
        )
    now = roots.parse(ring.roots[-1])
    count, keys = now.roles["targets"]
    editors = tuple(sorted({*keys, public}))
    wanted = count if threshold is None else threshold
    if not 1 <= wanted <= len(editors):
        raise UsageError(f"--threshold: expected 1 to {len(editors)}, got {wanted}")
    return ring.hand_over(_next(now, today, {"targets": (wanted, editors)}))


def withdraw(ring: KeyRing, public: bytes, today: date) -> Root | None:
    """Take a key out of every role; what it signs from the next edition on does not count.

    A key of the desk's stands in no root (None); where it speaks, a new one is drawn in its place.

    Raises:
        UsageError: no role has it, or a role could no longer reach its threshold.
        KeysLocked: too few root keys are here.
    """
    if public in {key.public for key in ring.desk_keys()}:
        ring.withdraw_desk_key(public)
        return None
    now = roots.parse(ring.roots[-1])
    changed = {}
    for role, (threshold, keys) in now.roles.items():
        if public in keys:
            left = tuple(k for k in keys if k != public)
            if len(left) < threshold:
                raise UsageError(
                    f"{role}: {threshold} must sign and {len(left)} keys would be left",
                    hint="draw a new key first (handbill keys rotate), or add an editor",
                )
            changed[role] = (threshold, left)
    if not changed:
        raise UsageError(f"{public.hex()}: is no key of this newsroom's root or desk")
    return ring.hand_over(_next(now, today, changed), withdrawn=(public,))


def rotate(ring: KeyRing, role: str, today: date) -> Root | None:
    """Replace this computer's keys of ``role`` by new ones; ssh and desk stand in no root (None).

    Raises:
        KeysLocked: this computer holds no such key, or too few root keys.
    """
    now = roots.parse(ring.roots[-1])
    old = {k.public for k in ring.held(role)}
    if ROTATED[role]:  # a key that was replaced stays in the store: it is not to be replaced again
        old &= {public for name in ROTATED[role] for public in now.keys_of(name)}
    if not old:
        raise KeysLocked(f"keys: no {role} key is on this computer")
    drawn = {public: draw_key(role) for public in sorted(old)}
    if role == "desk":
        ring.speak_with(draw_key("desk"))
        return None
    if not ROTATED[role]:
        ring.replace_keys(role, tuple(drawn.values()))
        return None
    changed = {
        name: (now.roles[name][0], _swapped(now.roles[name][1], drawn)) for name in ROTATED[role]
    }
    new = tuple(drawn.values())
    return ring.hand_over(_next(now, today, changed), new=new, withdrawn=tuple(old))


def _swapped(keys: tuple[bytes, ...], drawn: dict[bytes, HeldKey]) -> tuple[bytes, ...]:
    return tuple(drawn[k].public if k in drawn else k for k in keys)


def _next(now: Root, today: date, changed: dict[str, tuple[int, tuple[bytes, ...]]]) -> Root:
    roles = {**now.roles, **changed}
    return replace(now, version=now.version + 1, issued=today.isoformat(), roles=roles)
