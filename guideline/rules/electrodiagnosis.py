"""EDX: nerve conduction studies and needle EMG, as one order; when they inform and when they are not needed."""

from __future__ import annotations

from guideline.rule import Alert, Conclude, Order, Rule, at, no, yes
from guideline.rules.people import DROP, FLAIL, NO_DROP, OLD_SPASTICITY, OLD_STROKE, PERONEAL, ROOT

# A drop that began before the stroke, or long after it, is not the stroke's; what goes on may bring one any day.
_NOT_OF_THE_STROKE = """
    "stroke" and ("multiple-sclerosis" or "spinal-cord-disorder" or "syringomyelia-or-chiari" or "spinal-cord-injury"
        or "cerebral-palsy") is not true
    and "clock-start-uncertain" is false
    and ("clock-start" before day of "stroke-since" - "episode-slack"
        or "clock-start" after day of "stroke-since" + "stroke-drop-latency")
"""

# A drop of these weeks is looked into, whatever is recorded, unless a stroke of the same days explains it.
_NEW = """
    "clock-start-uncertain" is false and "clock-start" same day or after "as-of" - "new-sign-window"
        and ("stroke-since" same day or after "clock-start" - "new-sign-window") is not true
"""

CENTRAL_BUT_FOR_GRADES = Rule(
    id="FD-EDX-00b",
    title="A recorded disease of brain or cord explains the drop, and nothing but grades points elsewhere",
    why="A hemiplegic foot turns in and is weak in the very muscles of the peroneal nerve; the grades alone do not "
    "make it a second lesion.",
    statements=("D-12", "D-08", "B-25", "D-04", "LOC-18"),
    strength="recommend",
    population="everyone",
    when=f"""
        "central-diagnosis"
        and ("peroneal-clue" or "spinal-clue" or "edx-elsewhere" or "worsening" or "bilateral-unexplained"
            or "sensory-loss" or "reflex-ankle" = 0 or {_NOT_OF_THE_STROKE} or {_NEW}
            or "fasciculation" or "diabetes" or "polyneuropathy" or "diabetic-neuropathy" or "sciatic-neuropathy"
            or "lumbosacral-plexopathy" or "hip-arthroplasty" or "pelvic-fracture" or "hip-dislocation"
            or "motor-neuron-disease" or "charcot-marie-tooth" or "hnpp" or "vasculitis"
            or "inflammatory-neuropathy" or "diabetic-radiculoplexus-neuropathy") is not true
    """,
    then=(Conclude(name="central-but-for-grades"),),
    cases=(
        yes("an old stroke, the grades of a peroneal palsy", PERONEAL, OLD_STROKE),
        yes("an old stroke, the grades of a root lesion", ROOT, OLD_STROKE, {"radicular-pain": False}),
        no("an old stroke and no ankle jerk", DROP, OLD_STROKE, {"reflex-ankle": 0}),
        yes("an old stroke and an ankle jerk", DROP, OLD_STROKE, {"reflex-ankle": 1}),
        *(
            maker(
                f"a drop that began {when}",
                PERONEAL,
                OLD_STROKE,
                {"clock-start": at(start), "clock-start-uncertain": False},
            )
            for maker, when, start in (
                (yes, "with the stroke", '"as-of" - 2 years'),
                (yes, "as long before it as dates are uncertain", '"as-of" - 2 years - "episode-slack"'),
                (no, "before it", '"as-of" - 2 years - "episode-slack" - 1 day'),
                (yes, "on the last day after it that is still near", '"as-of" - 2 years + "stroke-drop-latency"'),
                (no, "long after it", '"as-of" - 2 years + "stroke-drop-latency" + 1 day'),
            )
        ),
        *(
            maker(
                f"multiple sclerosis, and a drop that began {when}",
                PERONEAL,
                {"multiple-sclerosis": True, "clock-start": at(start), "clock-start-uncertain": False},
            )
            for maker, when, start in (
                (no, "on the first day of these weeks", '"as-of" - "new-sign-window"'),
                (yes, "a day earlier", '"as-of" - "new-sign-window" - 1 day'),
            )
        ),
        yes(
            "a fresh stroke and its drop",
            PERONEAL,
            {
                "stroke": True,
                "stroke-since": at('"as-of" - 5 days'),
                "clock-start": at('"as-of" - 5 days'),
                "clock-start-uncertain": False,
            },
        ),
        yes("long after it, as far as is recorded", PERONEAL, OLD_STROKE, {"clock-start": at('"as-of" - 1 month')}),
        *(
            yes(
                f"long after the stroke, with {key}",
                PERONEAL,
                OLD_STROKE,
                {"clock-start": at('"as-of" - 3 months'), "clock-start-uncertain": False, key: True},
            )
            for key in (
                "multiple-sclerosis",
                "spinal-cord-disorder",
                "syringomyelia-or-chiari",
                "spinal-cord-injury",
                "cerebral-palsy",
            )
        ),
        no("an old stroke and a flail foot", FLAIL, OLD_STROKE),
        *(
            no(f"an old stroke and {key}", DROP, OLD_STROKE, {key: True})
            for key in (
                "fasciculation",
                "polyneuropathy",
                "diabetic-neuropathy",
                "sciatic-neuropathy",
                "lumbosacral-plexopathy",
                "hip-arthroplasty",
                "pelvic-fracture",
                "hip-dislocation",
                "motor-neuron-disease",
                "charcot-marie-tooth",
                "hnpp",
                "vasculitis",
                "inflammatory-neuropathy",
                "diabetic-radiculoplexus-neuropathy",
                "severe-numbness",
                "bladder-dysfunction",
                "lumbar-radiculopathy",
            )
        ),
        *(
            no(f"an old stroke, and EDX finds {place}", DROP, OLD_STROKE, {"edx-localisation": place})
            for place in ("peroneal", "l5-root", "sciatic", "plexus", "polyneuropathy", "motor-neuron", "myopathy")
        ),
        no("an old stroke, worsening", DROP, OLD_STROKE, {"course": "worsening"}),
        yes("an old stroke", DROP, OLD_STROKE, OLD_SPASTICITY),
        yes("cerebral palsy, both legs", DROP, {"cerebral-palsy": True, "bilateral-leg-symptoms": True}),
        no(
            "cerebral palsy, both legs, worse",
            DROP,
            {"cerebral-palsy": True, "bilateral-leg-symptoms": True, "course": "worsening"},
        ),
        no("an old stroke and a Tinel sign", DROP, OLD_STROKE, {"tinel-sign-fibular-neck": True}),
        no("an old stroke and back pain", DROP, OLD_STROKE, {"back-pain": True}),
        no("an old stroke and diabetes", DROP, OLD_STROKE, {"diabetes": True}),
        no("no central disease", DROP),
    ),
)

PURELY_CENTRAL = Rule(
    id="FD-EDX-00",
    title="A recorded disease of brain or cord explains the drop, and nothing points to a nerve",
    why="Nerve studies add nothing to a foot drop that comes from the brain or cord.",
    statements=("D-12", "B-25", "D-04"),
    strength="recommend",
    population="everyone",
    when="""
        "central-but-for-grades"
        and ("peroneal-pattern" or "root-grades") is not true
    """,
    then=(Conclude(name="purely-central"),),
    cases=(
        yes("an old stroke", DROP, OLD_STROKE, OLD_SPASTICITY),
        no("an old stroke, the grades of a peroneal palsy", PERONEAL, OLD_STROKE),
        no("an old stroke, the grades of a root lesion", ROOT, OLD_STROKE, {"radicular-pain": False}),
        no("an old stroke, hip abduction at the limit", DROP, OLD_STROKE, {"mrc-hip-abduction": at('"foot-drop-mrc"')}),
        yes("hip abduction above it", DROP, OLD_STROKE, {"mrc-hip-abduction": at('"foot-drop-mrc" + 1')}),
        no("an old stroke and diabetes", DROP, OLD_STROKE, {"diabetes": True}),
        no("no central disease", DROP),
    ),
)

STUDY = Rule(
    id="FD-EDX-01",
    title="Nerve conduction studies and EMG localise the lesion and grade it",
    why="They tell the peroneal nerve from the L5 root, the sciatic nerve and the plexus, and say how badly it "
    "is hurt.",
    statements=("EDX-01", "EDX-02", "EDX-03", "EDX-05", "EDX-06", "C-16", "B-22", "B-23", "D-12"),
    strength="recommend",
    when='"has-foot-drop" and "purely-central" is not true',
    then=(
        Order(
            key="electrodiagnostic-study",
            window=('"clock-start" + "edx-earliest"', None),
            text="Nerve conduction studies and needle EMG as one study: peroneal nerve, L5 root, sciatic nerve or "
            "plexus? Fully informative from {edx-earliest} after onset; earlier it may localise, but a normal EMG "
            "excludes nothing.",
        ),
    ),
    cases=(
        yes("a peroneal pattern", PERONEAL),
        yes("a root pattern", ROOT),
        no("a purely central drop", DROP, OLD_STROKE, OLD_SPASTICITY),
        no("no drop", NO_DROP),
    ),
)

EARLY_NORMAL = Rule(
    id="FD-EDX-02",
    title="A normal EMG done too early is no evidence against a nerve lesion",
    why="Denervation takes weeks to show in the muscle.",
    statements=("B-22", "C-16", "EDX-04"),
    strength="recommend",
    when="""
        "has-foot-drop" and "edx-localisation" in {'normal', 'indeterminate'}
        and "edx-done" before day of "clock-start" + "edx-earliest"
    """,
    then=(
        Alert(
            key="edx-too-early",
            severity="info",
            text="The nerve study was done before {edx-earliest} from onset: a normal result is not evidence against "
            "a lesion.",
        ),
        Order(
            key="electrodiagnostic-study",
            window=('"clock-start" + "edx-earliest"', None),
            fresh_from='"clock-start" + "edx-earliest"',
            text="Repeat the nerve study: the first was too early to be normal with confidence.",
        ),
    ),
    cases=(
        yes(
            "indeterminate, a day too early",
            DROP,
            {
                "edx-localisation": "indeterminate",
                "clock-start": at('"as-of" - 2 months'),
                "edx-done": at('"as-of" - 2 months + "edx-earliest" - 1 day'),
            },
        ),
        yes(
            "a day too early",
            DROP,
            {
                "edx-localisation": "normal",
                "clock-start": at('"as-of" - 2 months'),
                "edx-done": at('"as-of" - 2 months + "edx-earliest" - 1 day'),
            },
        ),
        no(
            "on the day",
            DROP,
            {
                "edx-localisation": "normal",
                "clock-start": at('"as-of" - 2 months'),
                "edx-done": at('"as-of" - 2 months + "edx-earliest"'),
            },
        ),
        no(
            "early, but it localised",
            DROP,
            {
                "edx-localisation": "peroneal",
                "clock-start": at('"as-of" - 2 months'),
                "edx-done": at('"as-of" - 2 months + 5 days'),
            },
        ),
        no("no drop", NO_DROP, {"edx-localisation": "normal", "clock-start": at('"as-of"'), "edx-done": at('"as-of"')}),
    ),
)

REPEAT = Rule(
    id="FD-EDX-03",
    title="Repeat the nerve study to look for reinnervation",
    why="New motor units appear before the grade changes, and tell whether to wait.",
    statements=("B-22", "EDX-03", "C-16"),
    strength="option",
    when="""
        "has-foot-drop" and "unimproved" and "edx-localisation" in {'peroneal', 'sciatic', 'plexus', 'l5-root'}
        and "as-of" same day or after "edx-done" + "edx-repeat"
    """,
    then=(
        Order(
            key="electrodiagnostic-study",
            window=('"edx-done" + "edx-repeat"', None),
            fresh_from='"edx-done" + "edx-repeat"',
            text="A repeat nerve study may show whether reinnervation has begun.",
        ),
    ),
    cases=(
        *(
            yes(
                f"{place}, on the day",
                DROP,
                {"improvement": "none", "edx-localisation": place, "edx-done": at('"as-of" - "edx-repeat"')},
            )
            for place in ("sciatic", "plexus", "l5-root")
        ),
        no(
            "indeterminate",
            DROP,
            {"improvement": "none", "edx-localisation": "indeterminate", "edx-done": at('"as-of" - "edx-repeat"')},
        ),
        yes(
            "on the day",
            PERONEAL,
            {"improvement": "none", "edx-localisation": "peroneal", "edx-done": at('"as-of" - "edx-repeat"')},
        ),
        no(
            "a day early",
            PERONEAL,
            {"improvement": "none", "edx-localisation": "peroneal", "edx-done": at('"as-of" - "edx-repeat" + 1 day')},
        ),
        no(
            "improving",
            PERONEAL,
            {"improvement": "partial", "edx-localisation": "peroneal", "edx-done": at('"as-of" - 1 year')},
        ),
        no("never done", PERONEAL, {"improvement": "none"}),
        no(
            "no drop",
            NO_DROP,
            {"improvement": "none", "edx-localisation": "peroneal", "edx-done": at('"as-of" - 1 year')},
        ),
    ),
)

ANTICOAGULATED = Rule(
    id="FD-EDX-04",
    title="Needle EMG under an anticoagulant: a notice, not a bar",
    why="Bleeding from the needle is rare; stopping the drug is the greater risk.",
    statements=("B-24",),
    strength="recommend",
    when='"proposed-electrodiagnostic-study" and "anticoagulant"',
    then=(
        Alert(
            key="emg-anticoagulant",
            severity="info",
            scope="patient",
            text="Anticoagulated: tell the electromyographer. Do not stop the drug for the EMG needle.",
        ),
    ),
    cases=(
        yes("anticoagulated", PERONEAL, {"anticoagulant": True}),
        no("not anticoagulated", PERONEAL, {"anticoagulant": False}),
        no("no study proposed", NO_DROP, {"anticoagulant": True}),
    ),
)

DEVICE = Rule(
    id="FD-EDX-05",
    title="Nerve conduction studies with a pacemaker: a notice, not a bar",
    why="Stimulation of a leg is far from the device.",
    statements=("B-24",),
    strength="recommend",
    when='"proposed-electrodiagnostic-study" and "mri-unsafe-device"',
    then=(
        Alert(
            key="ncs-device",
            severity="info",
            scope="patient",
            text="An implanted device is recorded: nerve conduction studies of the leg are feasible; tell "
            "the laboratory.",
        ),
    ),
    cases=(
        yes("a pacemaker", PERONEAL, {"mri-unsafe-device": True}),
        no("none", PERONEAL, {"mri-unsafe-device": False}),
        no("no study proposed", NO_DROP, {"mri-unsafe-device": True}),
    ),
)
