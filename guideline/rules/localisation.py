"""LOC: what to examine, and which pattern points where. A pattern ranks the list; only a test takes a name off it."""

from __future__ import annotations

from guideline.assessment import Certainty
from guideline.rule import Alert, Conclude, Differential, Order, Rule, at, no, yes
from guideline.rules.people import (
    DROP,
    EXAMINED,
    FLAIL,
    NO_DROP,
    NO_UMN,
    PERONEAL,
    ROOT,
    SCIATIC,
)

EXAMINE = Rule(
    id="FD-LOC-01",
    title="Complete the neurological examination",
    why="A careful examination finds the lesion more often than any machine, and tells which test to ask for.",
    statements=(
        "LOC-02",
        "LOC-03",
        "LOC-04",
        "LOC-05",
        "LOC-06",
        "LOC-07",
        "LOC-08",
        "LOC-09",
        "LOC-10",
        "LOC-01",
        "LOC-27",
        "LOC-69",
        "C-08",
    ),
    strength="recommend",
    population="everyone",
    when="""
        "has-foot-drop"
        and ("mrc-ankle-dorsiflexion" is null or "mrc-ankle-eversion" is null or "mrc-great-toe-extension" is null
            or "mrc-ankle-inversion" is null or "mrc-ankle-plantarflexion" is null or "mrc-hip-abduction" is null
            or "sensation-foot-dorsum" is null or "sensation-lateral-leg" is null
            or "reflex-knee" is null or "reflex-ankle" is null
            or "extensor-plantar-response" is null or "ankle-clonus" is null or "hyperreflexia" is null
            or "spasticity" is null
            or "back-pain" is null or "radicular-pain" is null or "bladder-dysfunction" is null
            or "bowel-dysfunction" is null or "bilateral-leg-symptoms" is null)
    """,
    then=(
        Order(
            key="neurological-assessment",
            text="Complete the neurological assessment; not recorded: {missing}.",
        ),
    ),
    cases=(
        *(
            yes(f"{key} not recorded", EXAMINED, NO_UMN, {key: None})
            for key in (*EXAMINED, *NO_UMN)
            if not key.endswith("-unsided")
            if key != "mrc-ankle-dorsiflexion" and not key.startswith("opposite-")
        ),
        yes(
            "recorded as a diagnosis, never graded",
            EXAMINED,
            NO_UMN,
            {"mrc-ankle-dorsiflexion": None, "foot-drop": True},
        ),
        yes("one grade missing", EXAMINED, NO_UMN, {"mrc-ankle-eversion": None}),
        yes("the reflexes never tested", EXAMINED, NO_UMN, {"reflex-ankle": None}),
        yes("upper-motor-neuron signs never looked for", EXAMINED),
        yes("bladder never asked about", EXAMINED, NO_UMN, {"bladder-dysfunction": None}),
        no("everything recorded", EXAMINED, NO_UMN),
        no("no drop", NO_DROP),
    ),
)

EXAMINE_AGAIN = Rule(
    id="FD-LOC-01b",
    title="A red flag asks for the whole examination",
    why="What was normal last time may not be now, and the level of the lesion decides what is imaged.",
    statements=("LOC-07", "LOC-08", "LOC-09", "RED-09"),
    strength="recommend",
    population="everyone",
    when="""
        "has-foot-drop"
        and ("umn-signs" or "cauda-equina-features" or "bilateral-leg-symptoms")
    """,
    then=(
        Order(
            key="neurological-assessment",
            text="Examine both legs, reflexes, sensation and sphincters in full: a red flag is present.",
        ),
    ),
    cases=(
        yes("bladder trouble, all else recorded", EXAMINED, NO_UMN, {"bladder-dysfunction": True}),
        yes("symptoms of both legs, all else recorded", EXAMINED, NO_UMN, {"bilateral-leg-symptoms": True}),
        yes("an extensor plantar response, all else recorded", EXAMINED, NO_UMN, {"extensor-plantar-response": True}),
        no("none of them", EXAMINED, NO_UMN),
        no("no drop", NO_DROP, {"bilateral-leg-symptoms": True}),
    ),
)

ASK_UNEXAMINED = Rule(
    id="FD-LOC-02",
    title="Tripping or a loose-feeling shoe: test dorsiflexion and heel walking",
    why="An early foot drop is noticed as clumsiness, not as weakness.",
    statements=("LOC-24", "LOC-11", "DEF-05", "DEF-13", "EDU-01"),
    strength="recommend",
    population="everyone",
    when='"possible-foot-drop"',
    then=(
        Alert(
            key="unexamined-foot-drop",
            severity="info",
            text="A foot drop may have gone unexamined: grade ankle dorsiflexion and watch the patient walk on "
            "the heels.",
        ),
    ),
    cases=(
        yes("tripping, never graded", {"intermittent-tripping": True}),
        no("tripping, dorsiflexion full", {"intermittent-tripping": True, "mrc-ankle-dorsiflexion": 5}),
    ),
)

UNSIDED = Rule(
    id="FD-LOC-03",
    title="A foot drop without its side",
    why="Half of the advice depends on the leg, and the side is never guessed.",
    statements=("DEF-06", "LOC-24"),
    strength="recommend",
    population="everyone",
    when='"foot-drop-unsided"',
    then=(
        Alert(
            key="side-missing",
            severity="warning",
            scope="patient",
            text="A foot drop is recorded without its side: record left or right before any plan can be made.",
        ),
    ),
    cases=(
        yes("side missing", {"foot-drop-unsided": True}),
        no("side known", DROP, {"foot-drop-unsided": False}),
        no("no such record", {"foot-drop-unsided": False}),
    ),
)

FLAIL_OR_DROP = Rule(
    id="FD-LOC-04",
    title="Grade all four movements, so that a flail foot is not taken for a foot drop",
    why="A flail foot is an emergency, and one missing grade hides it.",
    statements=("LOC-19", "LOC-20", "PIT-10"),
    strength="recommend",
    population="everyone",
    when="""
        "flail-foot" is null
        and ("mrc-ankle-dorsiflexion" = 0
            or "has-foot-drop" and "mrc-ankle-plantarflexion" = 0 and "mrc-ankle-inversion" = 0
                and "mrc-ankle-eversion" = 0)
    """,
    then=(
        Alert(
            key="flail-foot-not-excluded",
            severity="warning",
            text="What is graded does not move, and not every direction is graded: a flail foot is not excluded.",
        ),
        Order(
            key="neurological-assessment",
            priority="urgent",
            window=('"as-of"', '"as-of"'),
            text="Grade all four movements of the ankle today: a flail foot would be an emergency.",
        ),
    ),
    cases=(
        yes("only dorsiflexion graded", {"mrc-ankle-dorsiflexion": 0}),
        yes("a recorded drop, dorsiflexion not graded", FLAIL, {"mrc-ankle-dorsiflexion": None, "foot-drop": True}),
        no("nothing says that it drops", FLAIL, {"mrc-ankle-dorsiflexion": None}),
        no("plantar flexion kept", {"mrc-ankle-dorsiflexion": 0, "mrc-ankle-plantarflexion": 3}),
        no("a flicker left", {"mrc-ankle-dorsiflexion": 1}),
    ),
)

PERONEAL_PATTERN = Rule(
    id="FD-LOC-13",
    title="Weak dorsiflexion and eversion with full inversion and plantar flexion: the common peroneal nerve",
    why="The nerve serves the first two movements and neither of the others.",
    statements=("LOC-13", "B-01", "LOC-25"),
    strength="recommend",
    population="everyone",
    when="""
        "mrc-ankle-dorsiflexion" <= "foot-drop-mrc" and "mrc-ankle-eversion" <= "foot-drop-mrc"
        and "mrc-ankle-inversion" > "foot-drop-mrc" and "mrc-ankle-plantarflexion" > "foot-drop-mrc"
        and ("mrc-hip-abduction" <= "foot-drop-mrc") is not true
    """,
    then=(Conclude(name="peroneal-pattern"), Differential(diagnosis="peroneal-neuropathy")),
    cases=(
        *(
            yes(f"{key} at the limit", PERONEAL, {key: at('"foot-drop-mrc"')})
            for key in ("mrc-ankle-dorsiflexion", "mrc-ankle-eversion")
        ),
        *(
            no(f"{key} full", PERONEAL, {key: at('"foot-drop-mrc" + 1')})
            for key in ("mrc-ankle-dorsiflexion", "mrc-ankle-eversion")
        ),
        yes("the pattern", PERONEAL),
        no("eversion full", PERONEAL, {"mrc-ankle-eversion": 5}),
        no("inversion weak", PERONEAL, {"mrc-ankle-inversion": at('"foot-drop-mrc"')}),
        no("plantar flexion weak", PERONEAL, {"mrc-ankle-plantarflexion": at('"foot-drop-mrc"')}),
        no("hip abduction weak", PERONEAL, {"mrc-hip-abduction": at('"foot-drop-mrc"')}),
        no("inversion not graded", PERONEAL, {"mrc-ankle-inversion": None}),
    ),
)

NOT_ISOLATED_PERONEAL = Rule(
    id="FD-LOC-14",
    title="Weak inversion or plantar flexion: more than the peroneal nerve",
    why="The tibial nerve serves both; the lesion is at the root, the plexus, the sciatic nerve or centrally.",
    statements=("LOC-14", "B-01"),
    strength="recommend",
    population="everyone",
    when="""
        "has-foot-drop"
        and ("mrc-ankle-inversion" <= "foot-drop-mrc" or "mrc-ankle-plantarflexion" <= "foot-drop-mrc")
    """,
    then=(
        Conclude(name="beyond-peroneal"),
        Differential(diagnosis="lumbar-radiculopathy"),
        Differential(diagnosis="sciatic-neuropathy"),
        Differential(diagnosis="lumbosacral-plexopathy"),
    ),
    cases=(
        yes("inversion weak", PERONEAL, {"mrc-ankle-inversion": at('"foot-drop-mrc"')}),
        yes("plantar flexion weak", PERONEAL, {"mrc-ankle-plantarflexion": at('"foot-drop-mrc"')}),
        no("both full", PERONEAL),
        no("no drop", NO_DROP, {"mrc-ankle-inversion": at('"foot-drop-mrc"')}),
    ),
)

SCIATIC_PATTERN = Rule(
    id="FD-LOC-15",
    title="All four movements weak, hip abduction kept: the sciatic nerve",
    why="It carries the peroneal and the tibial nerve and the hamstrings, but not the gluteal muscles.",
    statements=("LOC-15", "LOC-30", "LOC-31", "B-01"),
    strength="recommend",
    population="everyone",
    when="""
        "mrc-ankle-dorsiflexion" <= "foot-drop-mrc" and "mrc-ankle-eversion" <= "foot-drop-mrc"
        and "mrc-ankle-inversion" <= "foot-drop-mrc" and "mrc-ankle-plantarflexion" <= "foot-drop-mrc"
        and ("mrc-hip-abduction" <= "foot-drop-mrc") is not true
    """,
    then=(Conclude(name="sciatic-pattern"), Differential(diagnosis="sciatic-neuropathy", certainty="probable")),
    cases=(
        *(
            yes(f"{key} at the limit", SCIATIC, {key: at('"foot-drop-mrc"')})
            for key in (
                "mrc-ankle-dorsiflexion",
                "mrc-ankle-eversion",
                "mrc-ankle-inversion",
                "mrc-ankle-plantarflexion",
            )
        ),
        no("dorsiflexion full", SCIATIC, {"mrc-ankle-dorsiflexion": at('"foot-drop-mrc" + 1')}),
        yes("the pattern", SCIATIC),
        no("hip abduction weak too", SCIATIC, {"mrc-hip-abduction": at('"foot-drop-mrc"')}),
        no("inversion full", SCIATIC, {"mrc-ankle-inversion": 5}),
        no("plantar flexion full", SCIATIC, {"mrc-ankle-plantarflexion": 5}),
        no("eversion full", SCIATIC, {"mrc-ankle-eversion": 5}),
    ),
)

ROOT_PATTERN = Rule(
    id="FD-LOC-16",
    title="The L5 pattern: toes, eversion, inversion or hip abduction weak, dorsum and lateral leg numb",
    why="Inversion and hip abduction come from L5 by other nerves, so their weakness leaves the peroneal nerve behind.",
    statements=("LOC-16", "LOC-06", "LOC-17", "B-01"),
    strength="recommend",
    population="everyone",
    when="""
        "has-foot-drop"
        and ("root-grades"
            or "mrc-great-toe-extension" <= "foot-drop-mrc" and "mrc-ankle-eversion" <= "foot-drop-mrc"
                and ("sensation-foot-dorsum" in {'reduced', 'absent'}
                    or "sensation-lateral-leg" in {'reduced', 'absent'}))
    """,
    then=(Conclude(name="root-pattern"), Differential(diagnosis="lumbar-radiculopathy")),
    cases=(
        *(
            yes(
                f"{key} {feeling}, toes and eversion at the limit",
                PERONEAL,
                {
                    "mrc-great-toe-extension": at('"foot-drop-mrc"'),
                    "mrc-ankle-eversion": at('"foot-drop-mrc"'),
                    key: feeling,
                },
            )
            for key in ("sensation-foot-dorsum", "sensation-lateral-leg")
            for feeling in ("reduced", "absent")
        ),
        no("toes full", PERONEAL, {"mrc-great-toe-extension": 5, "sensation-foot-dorsum": "reduced"}),
        no(
            "eversion full",
            PERONEAL,
            {
                "mrc-great-toe-extension": 3,
                "mrc-ankle-eversion": 5,
                "sensation-foot-dorsum": "reduced",
            },
        ),
        yes("inversion at the limit", PERONEAL, {"mrc-ankle-inversion": at('"foot-drop-mrc"')}),
        no(
            "inversion and plantar flexion weak",
            PERONEAL,
            {
                "mrc-ankle-inversion": at('"foot-drop-mrc"'),
                "mrc-ankle-plantarflexion": at('"foot-drop-mrc"'),
                "mrc-great-toe-extension": 5,
            },
        ),
        yes("hip abduction at the limit", PERONEAL, {"mrc-hip-abduction": at('"foot-drop-mrc"')}),
        no("hip abduction full", PERONEAL, {"mrc-hip-abduction": at('"foot-drop-mrc" + 1')}),
        yes("inversion weak, plantar flexion strong", ROOT),
        yes("hip abduction weak", PERONEAL, {"mrc-hip-abduction": at('"foot-drop-mrc"')}),
        yes(
            "toes and eversion weak, dorsum numb",
            PERONEAL,
            {"mrc-great-toe-extension": 3, "sensation-foot-dorsum": "reduced"},
        ),
        yes(
            "toes and eversion weak, lateral leg numb",
            PERONEAL,
            {"mrc-great-toe-extension": 3, "sensation-lateral-leg": "absent"},
        ),
        no("the same without numbness", PERONEAL, {"mrc-great-toe-extension": 3, "sensation-foot-dorsum": "normal"}),
        no("no drop", NO_DROP, {"mrc-hip-abduction": at('"foot-drop-mrc"')}),
    ),
)

SPINAL_CANDIDATE = Rule(
    id="FD-LOC-17",
    title="A suspected spinal source puts the root first",
    why="Back or leg pain, or both legs, is how a root presents.",
    statements=("LOC-17", "LOC-29", "LOC-39", "C-19"),
    strength="recommend",
    population="everyone",
    when='"spinal-source"',
    then=(Differential(diagnosis="lumbar-radiculopathy", certainty="suspected"),),
    cases=(
        yes("a drop with pain down the leg", DROP, {"radicular-pain": True}),
        no("no sign of the spine", PERONEAL, {"radicular-pain": False, "back-pain": False}),
    ),
)

ROOT_PROBABLE = Rule(
    id="FD-LOC-17b",
    title="A compressive lesion that fits makes a radiculopathy probable",
    why="A pattern and a lesion together are more than either.",
    statements=("LOC-40", "LOC-39", "D-03", "PRG-14"),
    strength="recommend",
    population="everyone",
    when='"has-foot-drop" and ("compressive-lesion" or "concordant-disc" or "lumbar-radiculopathy")',
    then=(Differential(diagnosis="lumbar-radiculopathy", certainty="probable"),),
    cases=(
        yes("compression on MRI", DROP, {"mri-compressive-lesion": True}),
        yes("a recorded radiculopathy", DROP, {"lumbar-radiculopathy": True}),
        yes("a fitting disc", DROP, {"mri-disc-herniation": True, "mri-lesion-level": "L4-L5"}),
        no("pain alone", DROP, {"radicular-pain": True}),
        no("no drop", NO_DROP, {"lumbar-radiculopathy": True}),
    ),
)

CENTRAL_CANDIDATE = Rule(
    id="FD-LOC-18",
    title="Upper-motor-neuron signs put brain and cord on the list",
    why="No root and no peripheral nerve makes a reflex brisk.",
    statements=("LOC-18", "RED-09"),
    strength="recommend",
    population="everyone",
    when='"has-foot-drop" and "umn-signs"',
    then=(Differential(diagnosis="spinal-cord-disorder"), Differential(diagnosis="intracranial-lesion")),
    cases=(
        yes("spasticity", DROP, {"spasticity": True}),
        no("looked for and absent", DROP, NO_UMN),
        no("no drop", NO_DROP, {"spasticity": True}),
    ),
)

BILATERAL_CANDIDATE = Rule(
    id="FD-LOC-18b",
    title="Both legs: cord, cauda equina or a general neuropathy",
    why="Two sides at once are rarely two accidents.",
    statements=("RED-10", "LOC-17", "PIT-08"),
    strength="recommend",
    population="everyone",
    when='"has-foot-drop" and "bilateral-unexplained"',
    then=(
        Differential(diagnosis="cauda-equina-syndrome"),
        Differential(diagnosis="spinal-cord-disorder"),
        Differential(diagnosis="polyneuropathy"),
    ),
    cases=(
        yes("symptoms of both legs", DROP, {"bilateral-leg-symptoms": True}),
        no("one leg", DROP, {"bilateral-leg-symptoms": False, "opposite-mrc-ankle-dorsiflexion": 5}),
        no("no drop", NO_DROP, {"bilateral-leg-symptoms": True}),
    ),
)

DEFAULT_PERONEAL = Rule(
    id="FD-LOC-28",
    title="The peroneal nerve at the fibular neck stays on the list until a test excludes it",
    why="It is the commonest cause, but never the only one thought of.",
    statements=("LOC-28", "LOC-61", "LOC-62", "C-19", "DEF-11", "DEF-17", "DEF-19", "C-27"),
    strength="recommend",
    population="everyone",
    when="""
        "has-foot-drop"
        and "edx-elsewhere" is not true
    """,
    then=(Differential(diagnosis="peroneal-neuropathy"),),
    cases=(
        *(
            no(f"EDX finds {place}", DROP, {"edx-localisation": place})
            for place in ("sciatic", "plexus", "polyneuropathy", "motor-neuron", "myopathy")
        ),
        yes("nothing tested", DROP),
        yes("EDX normal", DROP, {"edx-localisation": "normal"}),
        no("EDX finds the root", DROP, {"edx-localisation": "l5-root"}),
        no("no drop", NO_DROP),
    ),
)

DEFAULT_ROOT = Rule(
    id="FD-LOC-29",
    title="The L5 root stays on the list until a test excludes it, painless or not",
    why="A root can be compressed without pain, and it is treated quite differently.",
    statements=("LOC-29", "LOC-23", "PIT-11", "C-19"),
    strength="recommend",
    population="everyone",
    when="""
        "has-foot-drop"
        and ("edx-localisation" in {'peroneal', 'sciatic', 'plexus', 'polyneuropathy', 'motor-neuron', 'myopathy'})
            is not true
    """,
    then=(Differential(diagnosis="lumbar-radiculopathy"),),
    cases=(
        *(
            no(f"EDX finds {place}", DROP, {"edx-localisation": place})
            for place in ("sciatic", "plexus", "polyneuropathy", "motor-neuron", "myopathy")
        ),
        yes("nothing tested", DROP),
        yes("no pain at all", DROP, {"back-pain": False, "radicular-pain": False}),
        no("EDX finds the peroneal nerve", DROP, {"edx-localisation": "peroneal"}),
        no("no drop", NO_DROP),
    ),
)

PERONEAL_SUSPECTED = Rule(
    id="FD-LOC-58",
    title="Something points to the peroneal nerve",
    why="A pattern, a sign at the fibular neck, a compressing habit or cast, or an injury on the nerve's way.",
    statements=("LOC-58", "LOC-59", "LOC-60", "LOC-62", "LOC-52", "LOC-53", "LOC-54", "C-20", "DEF-10", "LOC-51"),
    strength="recommend",
    population="everyone",
    when="""
        "has-foot-drop" and ("peroneal-pattern" or "peroneal-clue")
    """,
    then=(Conclude(name="peroneal-suspected"), Differential(diagnosis="peroneal-neuropathy")),
    cases=(
        yes("the pattern", PERONEAL),
        yes("a Tinel sign", DROP, {"tinel-sign-fibular-neck": True}),
        yes("crossed legs", DROP, {"habitual-leg-crossing": True}),
        yes("squatting", DROP, {"prolonged-squatting-kneeling": True}),
        yes("a cast", DROP, {"leg-cast": True}),
        yes("recorded", DROP, {"peroneal-neuropathy": True}),
        yes("a recorded injury", DROP, {"peroneal-nerve-injury": True}),
        yes("EDX", DROP, {"edx-localisation": "peroneal"}),
        yes("a fibular fracture", DROP, {"fibular-fracture": True}),
        yes("a knee dislocation", DROP, {"knee-dislocation": True}),
        yes("a knee replacement", DROP, {"knee-arthroplasty": True}),
        yes("an open injury", DROP, {"open-or-sharp-injury": True}),
        no("nothing known", DROP),
        no("no drop", NO_DROP, {"peroneal-neuropathy": True}),
    ),
)


def _confirmed(number: str, value: str, diagnosis: str, words: str, certainty: Certainty = "confirmed") -> Rule:
    return Rule(
        id=f"FD-LOC-{number}",
        title=f"EDX localises to {words}",
        why="Electrodiagnosis with the examination is the best localiser there is.",
        statements=("EDX-01", "EDX-02", "EDX-03", "C-13"),
        strength="recommend",
        population="everyone",
        when=f'"has-foot-drop" and "edx-localisation" = \'{value}\'',
        then=(Differential(diagnosis=diagnosis, certainty=certainty),),
        cases=(
            yes("so it says", DROP, {"edx-localisation": value}),
            no("it says nothing", DROP, {"edx-localisation": "indeterminate"}),
            no("no drop", NO_DROP, {"edx-localisation": value}),
        ),
    )


EDX_PERONEAL = _confirmed("80", "peroneal", "peroneal-neuropathy", "the peroneal nerve")
EDX_ROOT = _confirmed("81", "l5-root", "lumbar-radiculopathy", "the L5 root")
EDX_SCIATIC = _confirmed("82", "sciatic", "sciatic-neuropathy", "the sciatic nerve")
EDX_PLEXUS = _confirmed("83", "plexus", "lumbosacral-plexopathy", "the lumbosacral plexus")
EDX_POLYNEUROPATHY = _confirmed("84", "polyneuropathy", "polyneuropathy", "a polyneuropathy")
EDX_MOTOR_NEURON = _confirmed("85", "motor-neuron", "motor-neuron-disease", "the motor neurons", "probable")
EDX_MYOPATHY = _confirmed("86", "myopathy", "myopathy", "the muscle", "probable")

STRUCTURAL_PERONEAL = Rule(
    id="FD-LOC-87",
    title="A lesion at the fibular head makes a peroneal neuropathy probable",
    why="A mass at the nerve and a drop on that side belong together.",
    statements=("LOC-62", "LOC-65", "IMG-02", "B-20"),
    strength="recommend",
    population="everyone",
    when='"has-foot-drop" and "knee-structural-lesion"',
    then=(Differential(diagnosis="peroneal-neuropathy", certainty="probable"),),
    cases=(
        yes("a ganglion", DROP, {"knee-structural-lesion": True}),
        no("nothing seen", DROP, {"knee-structural-lesion": False}),
        no("no drop", NO_DROP, {"knee-structural-lesion": True}),
    ),
)
