"""The keys that work on every screen: a word for the key line, a sentence for help and palette."""

from __future__ import annotations

from textual.binding import Binding, BindingType

EVERYWHERE: list[BindingType] = [
    Binding("o", "overview", "Overview", tooltip="See the verdict and what to do next."),
    Binding("f", "findings", "Findings", tooltip="See each finding with its evidence."),
    Binding("t", "tasks", "Tasks", tooltip="See what runs here, by pod."),
    Binding("m", "metrics", "Metrics", tooltip="See what each pod uses, live."),
    Binding("u", "undo", "Undo", tooltip="See what was applied, and undo it."),
    Binding(
        "colon,ctrl+p,fullwidth_colon",
        "palette",
        "Go to",
        tooltip="Find an act, a check, a pod or a file by its name.",
    ),
    Binding("r", "look", "Rescan", tooltip="Look again, and repaint the screen."),
    Binding("T", "theme", "Light or dark", show=False, tooltip="Turn light or dark."),
    Binding(
        "M", "mouse", "Mouse", show=False, tooltip="Leave the mouse to the terminal."
    ),
    Binding(
        "ctrl+l", "repaint", "Repaint", show=False, priority=True, tooltip="Paint it all anew."
    ),
    Binding(
        "ctrl+z", "suspend_process", "Suspend", show=False, priority=True,
        tooltip="Back to the shell; fg brings unshim back.",
    ),
    Binding(
        "ctrl+c", "interrupt", "Copy, or quit", show=False, priority=True, system=True,
        tooltip="Copy what the mouse marked; twice: quit.",
    ),
    Binding(
        "question_mark,f1,fullwidth_question_mark", "help", "Help", tooltip="Show this help."
    ),
    Binding("q", "leave", "Quit", tooltip="Quit. Nothing is changed by that."),
    Binding(
        "ctrl+q,ctrl+backslash", "leave", "Quit", show=False, priority=True,
        tooltip="Quit. Nothing is changed by that.",
    ),
]  # fmt: skip
