"""The invented patients that the workbench offers: copies of some of fixtures/, made by `make samples`.

Their stories and days are those of fixtures/, and a test holds them to it.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Final, NamedTuple

_FOLDER: Final = resources.files("fhir_adapters.service.pages").joinpath("samples")


class Sample(NamedTuple):
    """A patient of the workbench. `as_of` is the day or moment for which the story is told."""

    name: str
    story: str
    as_of: str


SAMPLES: Final = (
    Sample("peroneal-leg-crossing.json", "Peroneal palsy after leg crossing", "2026-03-01"),
    Sample("cauda-equina.json", "Cauda equina syndrome", "2026-07-02T21:30:00Z"),
    Sample("compartment-syndrome.json", "Compartment syndrome", "2026-03-22T03:15:00Z"),
    Sample("l5-disc-severe.json", "L5 disc prolapse, severe weakness, concordant MRI", "2026-06-10"),
    Sample("l5-disc-improving.json", "L5 disc prolapse, mild weakness, improving", "2026-05-20"),
    Sample("als-pattern.json", "Painless worsening weakness, motor-neuron pattern", "2026-09-05"),
    Sample("stroke-spastic.json", "Old stroke with spastic foot drop", "2026-08-15"),
    Sample("diabetic-polyneuropathy.ndjson", "Diabetes with polyneuropathy and neuropathic pain", "2026-05-06"),
    Sample("afo-existing-orders.json", "Brace in use, orders already there", "2026-09-15"),
    Sample("sparse-record.json", "Sparse record", "2026-11-10"),
    Sample("unsided-foot-drop.json", "Foot drop without a side", "2026-07-20"),
    Sample("child.json", "A child of nine", "2026-06-20"),
    Sample("no-foot-drop.json", "No foot drop", "2026-08-01"),
)


@cache
def records() -> dict[str, bytes]:
    """The records by name."""
    return {each.name: _FOLDER.joinpath(each.name).read_bytes() for each in SAMPLES}
