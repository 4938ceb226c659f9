"""What a fix disturbs at most, and a fix that says no."""

from __future__ import annotations

from unshim.model.plan import Disturbs, Refused


def test_what_disturbs_more_ranks_higher() -> None:
    rising = ["NOTHING", "KUBELET", "CONTAINERD", "DOCKER", "DRAIN", "REBOOT"]
    assert [d.name for d in sorted(Disturbs, key=lambda disturbs: disturbs.rank)] == rising
    assert Disturbs.DRAIN.rank > Disturbs.KUBELET.rank > Disturbs.NOTHING.rank == 0


def test_a_refusal_keeps_its_reason_and_its_commands_in_order() -> None:
    commands = (f"step {number}" for number in range(3))
    refused = Refused("the file is not UTF-8", commands)
    assert str(refused) == refused.reason == "the file is not UTF-8"
    assert refused.by_hand == ("step 0", "step 1", "step 2")
    assert Refused("x").by_hand == ()
    lacking = Refused("x", first=["a"], after=["b"])
    assert (lacking.first, lacking.after) == (("a",), ("b",))
