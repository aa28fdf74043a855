"""IMG: what to image, and how urgently."""

from __future__ import annotations

from guideline.rule import Alert, Differential, Order, Rule, at, no, yes
from guideline.rules.people import CHILD, DROP, FLAIL, NO_DROP, OLD_STROKE, PERONEAL, ROOT, Given

URGENT = ('"as-of"', '"as-of" + "imaging-urgent-target"')

LUMBAR_MRI = Rule(
    id="FD-IMG-01",
    title="A suspected spinal source is imaged urgently",
    why="A motor deficit takes back or leg pain out of the group that may wait without imaging.",
    statements=("IMG-01", "IMG-03", "IMG-04", "IMG-06", "PIT-06", "C-12", "LOC-26", "C-46", "B-12", "B-13"),
    strength="recommend",
    population="everyone",
    when='"spinal-source"',
    then=(
        Order(
            key="mri-lumbar-spine",
            priority="urgent",
            window=URGENT,
            text="MRI of the lumbar spine without contrast; ask for attention to L4/5, the level most often at fault.",
        ),
    ),
    cases=(
        yes("a root pattern", ROOT),
        yes("a drop with back pain", DROP, {"back-pain": True}),
        no("a pure peroneal pattern without back or leg pain", PERONEAL, {"back-pain": False, "radicular-pain": False}),
        no("back pain without a drop", NO_DROP, {"back-pain": True}),
    ),
)

LUMBAR_MRI_STAYS = Rule(
    id="FD-IMG-02",
    title="Lumbar MRI stays on the list until a test has localised the lesion",
    why="A painless L5 lesion can look just like a peroneal palsy, and more than one lesion is common.",
    statements=("C-13", "EDX-02", "LOC-23", "PIT-11", "B-05"),
    strength="consider",
    when='"has-foot-drop" and "localised" is not true and "purely-central" is not true',
    then=(
        Order(
            key="mri-lumbar-spine",
            text="Consider MRI of the lumbar spine: no test has localised the lesion yet, and an L5 lesion may "
            "be painless.",
        ),
    ),
    cases=(
        yes("a peroneal pattern, nothing tested", PERONEAL),
        no("EDX has found the peroneal nerve", PERONEAL, {"edx-localisation": "peroneal"}),
        no("a purely central drop", DROP, OLD_STROKE),
        no("no drop", NO_DROP),
    ),
)

# Of both rules, so that the study with contrast stands beside the alarm that asks for it.
_POSSIBLE = Alert(
    key="spinal-tumour-or-infection",
    severity="critical",
    scope="patient",
    text="A tumour or an infection of the spine is possible: image and test today.",
)

CONTRAST_MRI = Rule(
    id="FD-IMG-03",
    title="Suspected tumour or infection of the spine: MRI without and with contrast",
    why="Plain MRI can miss an abscess, a discitis or a metastasis in the canal.",
    statements=("D-07", "C-15", "RED-04", "B-12", "B-16"),
    strength="recommend",
    population="everyone",
    when="""
        ("spinal-tumour-suspected" or "spinal-infection-suspected") and "pregnant" is not true
    """,
    then=(
        _POSSIBLE,
        Order(
            key="mri-lumbar-spine-contrast",
            priority="asap",
            text="MRI of the lumbar spine today, without and with contrast in one session, for a tumour or an "
            "infection.",
        ),
    ),
    cases=(
        yes("fever and back pain", DROP, {"fever": True, "back-pain": True}),
        yes("cancer and back pain", DROP, {"cancer-history": True, "back-pain": True}),
        no("the same in pregnancy", DROP, {"fever": True, "back-pain": True, "pregnant": True}),
        no("back pain alone", DROP, {"back-pain": True, "fever": False, "cancer-history": False}),
        no("no drop", NO_DROP, {"fever": True, "back-pain": True}),
    ),
)

TUMOUR_OR_INFECTION = Rule(
    id="FD-IMG-04",
    title="Suspected tumour or infection of the spine",
    why="Both destroy what holds the roots, and both are treatable.",
    statements=("D-07", "RED-04", "RED-05", "B-16", "C-12", "C-21"),
    strength="recommend",
    population="everyone",
    when='"spinal-tumour-suspected" or "spinal-infection-suspected"',
    then=(
        _POSSIBLE,
        Order(
            key="mri-lumbar-spine",
            priority="asap",
            text="MRI of the lumbar spine today, for a tumour or an infection; where contrast may be given, it is one "
            "session with the series with contrast.",
        ),
        Order(
            key="emergency-assessment",
            priority="asap",
            text="Same-day assessment: a tumour or an infection of the spine with a neurological deficit is possible.",
        ),
        Order(
            key="tumour-infection-panel",
            priority="asap",
            text="Blood count, ESR, CRP, cultures if febrile, and directed tests for a tumour or an infection.",
        ),
    ),
    cases=(
        yes("fever and back pain", DROP, {"fever": True, "back-pain": True}),
        yes("fever and back pain in pregnancy", DROP, {"fever": True, "back-pain": True, "pregnant": True}),
        yes("cancer and back pain", DROP, {"cancer-history": True, "back-pain": True}),
        no("fever alone", PERONEAL, {"fever": True, "back-pain": False}),
        no("no drop", NO_DROP, {"fever": True, "back-pain": True}),
    ),
)

INFECTION_CANDIDATE = Rule(
    id="FD-IMG-04b",
    title="Spinal infection joins the differential",
    why="Fever with a spinal source is an abscess or discitis until excluded.",
    statements=("D-07", "RED-05"),
    strength="recommend",
    population="everyone",
    when='"spinal-infection-suspected"',
    then=(Differential(diagnosis="spinal-infection"),),
    cases=(
        yes("fever and back pain", DROP, {"fever": True, "back-pain": True}),
        no("back pain alone", DROP, {"back-pain": True, "fever": False}),
    ),
)

TUMOUR_CANDIDATE = Rule(
    id="FD-IMG-04c",
    title="Spinal tumour joins the differential",
    why="Cancer or unexplained weight loss with back pain is a metastasis until excluded.",
    statements=("D-07", "RED-04", "B-16"),
    strength="recommend",
    population="everyone",
    when='"spinal-tumour-suspected"',
    then=(Differential(diagnosis="spinal-tumour"),),
    cases=(
        yes("cancer and back pain", DROP, {"cancer-history": True, "back-pain": True}),
        no("cancer without back pain", DROP, {"cancer-history": True, "back-pain": False}),
    ),
)

PERONEAL_IMAGING = Rule(
    id="FD-IMG-05",
    title="When the peroneal nerve is in question, image it at the fibular head",
    why="A cyst, ganglion or other mass is operated on early, so it is excluded before anyone waits for recovery.",
    statements=("IMG-02", "IMG-09", "IMG-10", "IMG-11", "B-20", "B-21", "LOC-68", "PIT-14"),
    strength="recommend",
    when='"has-foot-drop" and "peroneal-suspected"',
    then=(
        Order(
            key="imaging-fibular-head",
            text="Ultrasound of the peroneal nerve at the fibular head (MRI of the knee as the alternative): nerve, "
            "cyst, ganglion, other mass.",
        ),
    ),
    cases=(
        yes("a peroneal pattern", PERONEAL),
        yes("a Tinel sign at the fibular neck", DROP, {"tinel-sign-fibular-neck": True}),
        no("a drop that nothing links to the nerve", DROP),
        no("a Tinel sign without a drop", NO_DROP, {"tinel-sign-fibular-neck": True}),
    ),
)

FLAIL_NERVE_IMAGING = Rule(
    id="FD-IMG-05b",
    title="A flail foot that the emergency work-up does not explain: image the nerve along its course",
    why="A nerve can be cut or crushed at two places, and the emergency does not take the question away.",
    statements=("LOC-71", "IMG-09", "RED-02"),
    strength="consider",
    when='"flail-foot"',
    then=(
        Order(
            key="imaging-fibular-head",
            text="If spine and brain do not explain the flail foot, image the nerve from buttock to fibular head.",
        ),
    ),
    cases=(
        yes("a flail foot", FLAIL),
        no("some movement left", FLAIL, {"mrc-ankle-plantarflexion": 1}),
        no("full dorsiflexion", NO_DROP),
    ),
)

STRUCTURAL_LESION = Rule(
    id="FD-IMG-06",
    title="A mass at the peroneal nerve is not watched",
    why="A ganglion or tumour goes on pressing; early removal gives the nerve its chance.",
    statements=("B-20", "C-01", "LOC-65"),
    strength="recommend",
    when='"has-foot-drop" and "knee-structural-lesion"',
    then=(
        Alert(
            key="structural-lesion",
            severity="warning",
            text="Imaging shows a structural lesion at the peroneal nerve: no waiting period applies.",
        ),
        Order(
            key="nerve-surgery-consult",
            priority="urgent",
            window=URGENT,
            text="Urgent opinion of the nerve surgeon on a structural lesion at the knee.",
        ),
    ),
    cases=(
        yes(
            "a ganglion on ultrasound, two weeks after onset",
            PERONEAL,
            {"knee-structural-lesion": True, "clock-start": at('"as-of" - 2 weeks')},
        ),
        no("nothing on ultrasound", PERONEAL, {"knee-structural-lesion": False}),
        no("no drop", NO_DROP, {"knee-structural-lesion": True}),
    ),
)

PROVISIONAL_PERONEAL = Rule(
    id="FD-IMG-07",
    title="A peroneal diagnosis is provisional until a test has localised it",
    why="The same weakness can come from the L5 root, the sciatic nerve or the brain.",
    statements=("IMG-07", "PIT-07", "C-13", "EDX-02"),
    strength="recommend",
    population="everyone",
    when='"has-foot-drop" and "peroneal-suspected" and "localised" is not true',
    then=(
        Alert(
            key="peroneal-provisional",
            severity="warning",
            text="Peroneal neuropathy is provisional: neither EDX nor imaging has localised the lesion, so L5 "
            "stays possible.",
        ),
    ),
    cases=(
        yes("a peroneal pattern, untested", PERONEAL),
        yes("recorded as a diagnosis, untested", DROP, {"peroneal-neuropathy": True}),
        no("EDX has found the nerve", PERONEAL, {"edx-localisation": "peroneal"}),
        no("nothing peroneal", DROP),
        no("no drop", NO_DROP, {"peroneal-neuropathy": True}),
    ),
)

PLEXUS_MRI = Rule(
    id="FD-IMG-08",
    title="A suspected plexus lesion has an MRI of its own",
    why="Lumbar MRI does not show the plexus.",
    statements=("B-14", "IMG-09", "LOC-32", "LOC-55"),
    strength="recommend",
    when="""
        "has-foot-drop"
        and ("lumbosacral-plexopathy" or "diabetic-radiculoplexus-neuropathy" or "pelvic-fracture"
            or "edx-localisation" = 'plexus')
    """,
    then=(
        Order(
            key="mri-lumbosacral-plexus",
            text="MRI of the lumbosacral plexus, without and with contrast where it is safe.",
        ),
    ),
    cases=(
        yes("a recorded plexopathy", DROP, {"lumbosacral-plexopathy": True}),
        yes("a pelvic fracture", DROP, {"pelvic-fracture": True}),
        yes("EDX finds the plexus", DROP, {"edx-localisation": "plexus"}),
        yes("diabetic radiculoplexus neuropathy", DROP, {"diabetic-radiculoplexus-neuropathy": True}),
        no("EDX finds the peroneal nerve", PERONEAL, {"edx-localisation": "peroneal"}),
        no("no drop", NO_DROP, {"lumbosacral-plexopathy": True}),
    ),
)

_TAPPED: Given = {"tinel-sign-fibular-neck": True}

UNEXPLAINED_BRAIN = Rule(
    id="FD-IMG-09",
    title="When neither spine nor nerve explains the drop, look at the brain",
    why="A small lesion of the leg area can weaken the foot alone, with no upper-motor-neuron sign.",
    statements=("B-03", "LOC-50", "PIT-12", "RED-19", "LOC-49"),
    strength="consider",
    when="""
        "has-foot-drop" and "localised" is not true
        and ("mri-explains-deficit" is false
                and ("edx-localisation" in {'normal', 'indeterminate'}
                    or ("tinel-sign-fibular-neck" or "habitual-leg-crossing" or "prolonged-squatting-kneeling")
                        is not true)
            or "edx-localisation" = 'normal'
                and ("edx-done" before day of "clock-start" + "edx-earliest") is not true)
    """,
    then=(
        Alert(
            key="unexplained-drop",
            severity="warning",
            text="What has been tested, lumbar MRI or EDX, does not explain the foot drop: a lesion of the brain can "
            "mimic a lumbar one.",
        ),
        Differential(diagnosis="intracranial-lesion"),
        Order(
            key="mri-brain",
            priority="urgent",
            priority_from="RED-19",
            window=URGENT,
            text="Consider MRI of the brain: what has been tested of spine and nerve does not explain the foot drop.",
        ),
    ),
    cases=(
        yes("lumbar MRI does not explain it", DROP, {"mri-explains-deficit": False}),
        yes("EDX is normal", DROP, {"edx-localisation": "normal"}),
        *(
            case(
                f"EDX was normal, {name}",
                DROP,
                {
                    "edx-localisation": "normal",
                    "clock-start": at('"as-of" - 2 months'),
                    "edx-done": at(f'"as-of" - 2 months + "edx-earliest" {more}'),
                },
            )
            for case, name, more in ((yes, "on the first day that counts", ""), (no, "a day too early", "- 1 day"))
        ),
        *(
            no(
                f"lumbar MRI does not, the nerve is not tested, and {key}",
                DROP,
                {"mri-explains-deficit": False, key: True},
            )
            for key in ("tinel-sign-fibular-neck", "habitual-leg-crossing", "prolonged-squatting-kneeling")
        ),
        yes(
            "lumbar MRI does not, and EDX says nothing of a Tinel sign",
            DROP,
            _TAPPED,
            {"mri-explains-deficit": False, "edx-localisation": "indeterminate"},
        ),
        yes(
            "neither MRI nor an early EDX explains a Tinel sign",
            DROP,
            _TAPPED,
            {
                "mri-explains-deficit": False,
                "edx-localisation": "normal",
                "clock-start": at('"as-of" - 2 months'),
                "edx-done": at('"as-of" - 2 months'),
            },
        ),
        no("EDX explains it", DROP, {"mri-explains-deficit": False, "edx-localisation": "peroneal"}),
        no("nothing done yet", DROP),
        no("no drop", NO_DROP, {"mri-explains-deficit": False}),
    ),
)

WHOLE_COURSE = Rule(
    id="FD-IMG-10",
    title="A normal fibular neck: follow the nerve along its whole course",
    why="The nerve can be injured anywhere between buttock and ankle.",
    statements=("LOC-71", "IMG-09", "LOC-31"),
    strength="consider",
    when='"has-foot-drop" and "peroneal-suspected" and "knee-imaging-done" and "knee-structural-lesion" is false',
    then=(
        Alert(
            key="whole-nerve-course",
            severity="info",
            text="Nothing is seen at the fibular neck: examine, and if needed image, buttock, thigh and "
            "popliteal fossa.",
        ),
    ),
    cases=(
        yes("imaged, nothing found", PERONEAL, {"knee-imaging-done": True, "knee-structural-lesion": False}),
        no("imaged, a lesion found", PERONEAL, {"knee-imaging-done": True, "knee-structural-lesion": True}),
        no("not imaged", PERONEAL, {"knee-structural-lesion": False, "knee-imaging-done": False}),
        no("nothing peroneal", DROP, {"knee-imaging-done": True, "knee-structural-lesion": False}),
        no(
            "no drop",
            NO_DROP,
            {"peroneal-neuropathy": True, "knee-imaging-done": True, "knee-structural-lesion": False},
        ),
    ),
)


BRAIN_TUMOUR = Rule(
    id="FD-IMG-09b",
    title="A brain tumour is recorded: has it grown?",
    why="A tumour beside the leg area weakens the foot first, and grows without a word.",
    statements=("B-03", "LOC-49", "PIT-12"),
    strength="consider",
    when='"has-foot-drop" and "brain-tumour" and "localised" is not true',
    then=(
        Order(
            key="mri-brain",
            text="Consider MRI of the brain: a brain tumour is recorded, and no test has found another cause.",
        ),
    ),
    cases=(
        yes("recorded", DROP, {"brain-tumour": True}),
        no("EDX explains it", DROP, {"brain-tumour": True, "edx-localisation": "peroneal"}),
        no("none", DROP, {"brain-tumour": False}),
        no("no drop", NO_DROP, {"brain-tumour": True}),
    ),
)

BRAIN_TUMOUR_WORSE = Rule(
    id="FD-IMG-09c",
    title="A brain tumour, and a foot that drops newly or gets weaker: brain imaging and a neurologist urgently",
    why="What is new or worsens beside a tumour is the tumour's until an image says otherwise.",
    statements=("B-03", "LOC-49", "D-08", "C-05"),
    strength="recommend",
    population="everyone",
    when="""
        "has-foot-drop" and "brain-tumour"
        and ("worsening" or "child" is not true and "clock-start" same day or after "as-of" - "new-sign-window")
    """,
    then=(
        Order(
            key="mri-brain",
            priority="urgent",
            window=URGENT,
            fresh_from='"as-of" - "imaging-urgent-target"',
            text="MRI of the brain urgently: a brain tumour is recorded, and the weakness is new or worsening.",
        ),
        Order(
            key="neurology-referral",
            priority="urgent",
            window=URGENT,
            text="Neurologist or neurosurgeon urgently: new or worsening weakness beside a brain tumour.",
        ),
    ),
    cases=(
        yes("worse", DROP, {"brain-tumour": True, "course": "worsening"}),
        yes("new, on the last day", DROP, {"brain-tumour": True, "clock-start": at('"as-of" - "new-sign-window"')}),
        no("a day later", DROP, {"brain-tumour": True, "clock-start": at('"as-of" - "new-sign-window" - 1 day')}),
        no("new in a child", DROP, CHILD, {"brain-tumour": True, "clock-start": at('"as-of"')}),
        yes("worse in a child", DROP, CHILD, {"brain-tumour": True, "course": "worsening"}),
        no("stable", DROP, {"brain-tumour": True, "course": "stable"}),
        no("no tumour", DROP, {"brain-tumour": False, "course": "worsening"}),
        no("no drop", NO_DROP, {"brain-tumour": True, "course": "worsening"}),
    ),
)
