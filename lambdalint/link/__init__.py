"""Documents and the inventory in, Functions as deployed out: the only place where code, configuration and package meet.

The join runs from configuration to code, because only configuration says what is deployed. Each dialect gives
declarations; `declared` drops those that are build outputs of others. For each, `handlers` finds the file its handler
string means, under the folder that becomes the package root, or, where a build moves files about, the only file of the
repository that fits. `reach` then walks the code from there: one world of modules for each set of import roots, so that
forty functions that share a layer read it once, and one walk for each entry point, so that forty functions that share a
handler are followed once. What remains of the Python files that look like handlers becomes Functions without a
declaration, unless a declared function already runs them. `ahead` has other processes follow code while this one reads
configuration.

What cannot be told is left open and said in `notes`, which `lambdalint show` prints; rules stay silent on it.
"""

from __future__ import annotations

from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from lambdalint.link.ahead import Ahead
    from lambdalint.link.ready import Left
    from lambdalint.memory import Again
    from lambdalint.model import Function, Project


def link(project: Project, pieces: Again | None = None) -> Iterator[Function]:
    """Every function of the project; pieces that an earlier run made, and that still hold, are taken again."""
    from lambdalint.link.functions import functions, reach
    from lambdalint.memory import Anew

    made = pieces or Anew()
    return functions(reach(project, made), made)


def relink(
    project: Project,
    left: Left | None,
    before: Sequence[Function],
    kept: bool,
    meanwhile: Callable[[], None],
    ahead: Ahead | None = None,
) -> tuple[list[Function], Left | None]:
    """Every function of the project, sorted by id, by several processes where that is worth it.

    left, before: what the last run has left, and its functions. kept: whether this one is to leave the same.
    meanwhile: what this process can do while it waits for others. ahead: the others, when they have begun.
    """
    ready = None
    if left is not None:
        from lambdalint.link.ready import taken

        ready = taken(left, before, project)
    if ahead is None:
        from lambdalint.link.ahead import start

        ahead = start(project, ready, meanwhile)  # before anything is imported that only one of them would need
    from lambdalint.link.functions import functions, reach
    from lambdalint.memory import Anew

    pieces = Anew()
    into = reach(project, pieces, ready)
    found = sorted(functions(into, pieces, ahead), key=lambda function: function.id)
    if not kept:
        return found, None
    from lambdalint.link.ready import left as leave

    return found, leave(into, found)
