"""IMG: what to image, how urgently, and what makes an MRI or a contrast agent safe."""

from __future__ import annotations

from guideline.rule import Activity, Alert, Differential, Order, Rule, at, no, yes
from guideline.rules.people import DROP, FLAIL, NO_DROP, OLD_STROKE, PERONEAL, ROOT, Given

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
                and ("edx-localisation" = 'normal'
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

CT_MYELOGRAM_STAT = Rule(
    id="FD-IMG-11a",
    title="An implant that may not enter the scanner never cancels emergency imaging",
    why="Radiology clears the device or switches the modality; nobody simply drops the study.",
    statements=("B-17", "IMG-10", "C-12"),
    strength="recommend",
    population="everyone",
    when="""
        "mri-unsafe-device" and ("cauda-equina-suspected" or "flail-foot"
            or "has-foot-drop" and "course" = 'rapidly-worsening')
    """,
    then=(
        Order(
            key="ct-myelogram-lumbar",
            priority="stat",
            text="CT myelogram now if radiology does not clear the implanted device for MRI at once.",
        ),
    ),
    cases=(
        yes("a flail foot with a pacemaker", FLAIL, {"mri-unsafe-device": True}),
        no("rapid worsening without a drop", NO_DROP, {"mri-unsafe-device": True, "course": "rapidly-worsening"}),
        yes("cauda equina with a pacemaker", DROP, {"mri-unsafe-device": True, "bladder-dysfunction": True}),
        yes("rapid worsening with a pacemaker", DROP, {"mri-unsafe-device": True, "course": "rapidly-worsening"}),
        no("no device", DROP, {"mri-unsafe-device": False, "bladder-dysfunction": True}),
        no("no emergency", DROP, {"mri-unsafe-device": True, "back-pain": True}),
    ),
)

CT_MYELOGRAM = Rule(
    id="FD-IMG-11b",
    title="An implant that may not enter the scanner switches the modality",
    why="Most devices can be scanned under conditions; where not, CT myelography shows the roots.",
    statements=("B-17", "IMG-10", "IMG-06"),
    strength="recommend",
    population="everyone",
    when='"mri-unsafe-device" and "spinal-source"',
    then=(
        Order(
            key="ct-myelogram-lumbar",
            priority="urgent",
            window=URGENT,
            text="CT myelogram of the lumbar spine if radiology does not clear the implanted device for MRI.",
        ),
    ),
    cases=(
        yes("a root pattern with a pacemaker", ROOT, {"mri-unsafe-device": True}),
        no("no device", ROOT, {"mri-unsafe-device": False}),
        no("nothing spinal", PERONEAL, {"mri-unsafe-device": True, "back-pain": False}),
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
    title="A brain tumour, and the foot gets weaker: brain imaging and a neurologist urgently",
    why="What worsens beside a tumour is the tumour's until an image says otherwise.",
    statements=("B-03", "LOC-49", "D-08", "C-05"),
    strength="recommend",
    population="everyone",
    when='"has-foot-drop" and "brain-tumour" and "worsening"',
    then=(
        Order(
            key="mri-brain",
            priority="urgent",
            window=URGENT,
            fresh_from='"as-of" - "imaging-urgent-target"',
            text="MRI of the brain urgently: a brain tumour is recorded, and the weakness is worsening.",
        ),
        Order(
            key="neurology-referral",
            priority="urgent",
            window=URGENT,
            text="Neurologist or neurosurgeon urgently: worsening weakness beside a brain tumour.",
        ),
    ),
    cases=(
        yes("worse", DROP, {"brain-tumour": True, "course": "worsening"}),
        no("stable", DROP, {"brain-tumour": True, "course": "stable"}),
        no("no tumour", DROP, {"brain-tumour": False, "course": "worsening"}),
        no("no drop", NO_DROP, {"brain-tumour": True, "course": "worsening"}),
    ),
)

MYELOGRAM_BLEEDING = Rule(
    id="FD-IMG-11c",
    title="Myelography is a lumbar puncture: the anticoagulant comes first",
    why="A bleed into the canal presses on the very roots that are being looked at.",
    statements=("B-17", "B-24"),
    strength="recommend",
    population="everyone",
    when='"proposed-ct-myelogram-lumbar" and "anticoagulant"',
    then=(
        Alert(
            key="myelogram-anticoagulant",
            severity="critical",
            scope="patient",
            text="Anticoagulated: CT myelography is a lumbar puncture. No puncture before the drug is reversed or has "
            "worn off and coagulation is checked; until then plain CT, and the device cleared for MRI.",
        ),
    ),
    cases=(
        yes("anticoagulated, with a pacemaker", ROOT, {"anticoagulant": True, "mri-unsafe-device": True}),
        no("not anticoagulated", ROOT, {"anticoagulant": False, "mri-unsafe-device": True}),
        no("no myelogram", ROOT, {"anticoagulant": True, "mri-unsafe-device": False}),
    ),
)

_MRI = (
    "mri-lumbar-spine",
    "mri-lumbar-spine-contrast",
    "mri-thoracic-spine",
    "mri-cervical-spine",
    "mri-brain",
    "mri-lumbosacral-plexus",
    "imaging-fibular-head",
    "ct-or-mri-pelvis-hip",
)
_ANY_MRI = " or ".join(f'"proposed-{key}"' for key in _MRI)

_TO_SCAN: tuple[tuple[str, Given], ...] = (
    ("the spine with contrast", {**DROP, "fever": True, "back-pain": True}),
    ("the whole axis", {**DROP, "extensor-plantar-response": True}),
    ("the plexus", {**DROP, "lumbosacral-plexopathy": True, "edx-localisation": "plexus"}),
    ("the knee", {**PERONEAL, "edx-localisation": "peroneal"}),
    ("the pelvis", {**DROP, "anticoagulant": True, "edx-localisation": "sciatic"}),
)

DEVICE_WARNING = Rule(
    id="FD-IMG-12",
    title="MRI with an implanted device: ask radiology first",
    why="An MR-conditional device is scanned under its conditions, an old one only by protocol.",
    statements=("B-17", "IMG-10"),
    strength="recommend",
    population="everyone",
    when=f'"mri-unsafe-device" and ({_ANY_MRI})',
    then=(
        Alert(
            key="mri-device",
            severity="warning",
            scope="patient",
            text="An implanted device is recorded: radiology decides on MRI under conditions, CT or CT myelography. "
            "The study is switched, never dropped.",
        ),
    ),
    cases=(
        *(yes(f"a pacemaker, imaging {what}", given, {"mri-unsafe-device": True}) for what, given in _TO_SCAN),
        no("a pacemaker, and nothing to scan", NO_DROP, {"mri-unsafe-device": True}),
        yes("a pacemaker and a root pattern", ROOT, {"mri-unsafe-device": True}),
        no("no device", ROOT, {"mri-unsafe-device": False}),
    ),
)

MRI_SAFETY = Rule(
    id="FD-IMG-13",
    title="Every MRI is preceded by a safety check",
    why="Devices, clips, metal in the eye and pregnancy are asked about before the patient is in the room.",
    statements=("B-17", "B-19", "IMG-10"),
    strength="recommend",
    population="everyone",
    when=_ANY_MRI,
    then=(
        Activity(
            key="mri-safety-check",
            text="Before any MRI: implanted devices, clips, metal in the eye, claustrophobia, pregnancy.",
        ),
    ),
    cases=(
        *(yes(f"imaging {what}", given) for what, given in _TO_SCAN),
        yes("lumbar MRI proposed", ROOT),
        yes("imaging of the knee proposed", PERONEAL),
        no("nothing proposed", NO_DROP),
    ),
)

CONTRAST_SAFETY = Rule(
    id="FD-IMG-14",
    title="Before contrast: kidneys and pregnancy",
    why="Gadolinium is kept from the pregnant, and chosen with care in kidney failure.",
    statements=("C-15", "B-18", "B-19"),
    strength="recommend",
    population="everyone",
    when='"proposed-mri-lumbar-spine-contrast" or "proposed-mri-lumbosacral-plexus"',
    then=(
        Activity(
            key="mri-safety-check",
            text="Before contrast: eGFR (group II agent below {low-egfr}) and pregnancy (none if pregnant).",
        ),
    ),
    cases=(
        yes("contrast for an infection", DROP, {"fever": True, "back-pain": True}),
        yes("the plexus", DROP, {"lumbosacral-plexopathy": True}),
        no("no contrast", ROOT, {"fever": False, "cancer-history": False, "weight-loss-unintentional": False}),
    ),
)

LOW_EGFR = Rule(
    id="FD-IMG-15",
    title="Contrast in kidney failure: a group II agent, the radiologist decides",
    why="The risk of a group II agent is very low, and delay may cost more.",
    statements=("B-18", "C-15"),
    strength="recommend",
    population="everyone",
    when="""
        ("proposed-mri-lumbar-spine-contrast" or "proposed-mri-lumbosacral-plexus")
        and "egfr" < "low-egfr"
    """,
    then=(
        Alert(
            key="contrast-kidney",
            severity="warning",
            scope="patient",
            text="eGFR {egfr}: contrast only as a group II agent and with the radiologist's word; do not delay "
            "urgent imaging.",
        ),
    ),
    cases=(
        yes(
            "just below, the plexus",
            DROP,
            {"lumbosacral-plexopathy": True, "egfr": at("\"low-egfr\" - 1 'mL/min/{1.73_m2}'")},
        ),
        yes(
            "just below",
            DROP,
            {"fever": True, "back-pain": True, "egfr": at("\"low-egfr\" - 1 'mL/min/{1.73_m2}'")},
        ),
        no("at the limit", DROP, {"fever": True, "back-pain": True, "egfr": at('"low-egfr"')}),
        no("no contrast proposed", PERONEAL, {"egfr": at("20 'mL/min/{1.73_m2}'"), "fever": False, "back-pain": False}),
    ),
)

PREGNANT = Rule(
    id="FD-IMG-16",
    title="MRI in pregnancy: without contrast, and without delay",
    why="MRI without gadolinium is acceptable in pregnancy; a missed cauda equina is not.",
    statements=("B-19", "B-42", "C-15"),
    strength="recommend",
    population="everyone",
    when='"pregnant" and (' + _ANY_MRI.replace('"proposed-mri-lumbar-spine-contrast" or ', "") + ")",
    then=(
        Alert(
            key="mri-pregnancy",
            severity="warning",
            scope="patient",
            text="Pregnant: MRI without contrast is acceptable, gadolinium is avoided, and urgent MRI goes ahead.",
        ),
    ),
    cases=(
        *(yes(f"pregnant, imaging {what}", given, {"pregnant": True}) for what, given in _TO_SCAN),
        yes("pregnant with a root pattern", ROOT, {"pregnant": True}),
        no("not pregnant", ROOT, {"pregnant": False}),
        no("nothing to image", NO_DROP, {"pregnant": True}),
    ),
)
