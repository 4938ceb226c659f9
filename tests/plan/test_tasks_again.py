"""Whether containerd is at least what it was."""

from __future__ import annotations

from typing import Any

from unshim.plan.tasks_again import Task, ended, less, missing

ONE, TWO = ["default", "one", 11], ["k8s.io", "two", 12]
WAS: dict[str, Any] = {"plugins": ["a.b"], "tasks": [ONE, TWO], "cri": True}


def test_every_task_that_ran_must_run_with_its_process() -> None:
    assert ended(WAS, WAS, ()) == ()
    again = {**WAS, "tasks": [["default", "one", 99], TWO]}
    assert ended(WAS, again, ()) == (Task("default", "one", 11),)
    lost = ended(WAS, {**WAS, "tasks": []}, ())
    words = "the task default/one (process 11) and 1 more ran before and does not now"
    assert missing(lost) == words


def test_what_belongs_to_pods_is_not_asked_for_by_its_process() -> None:
    assert ended(WAS, {**WAS, "tasks": []}, {"two"}) == (Task("default", "one", 11),)


def test_a_containerd_that_can_less_is_worse() -> None:
    assert less(WAS, {**WAS, "tasks": []}) == "", "tasks are judged one by one"
    assert less(WAS, None) == "containerd does not answer"
    assert less(WAS, {**WAS, "plugins": []}) == "containerd came back without its plugin a.b"
    assert less(WAS, {**WAS, "cri": False}) == "containerd came back without its CRI service"
    assert less(None, None) == ""
