"""IMG: what makes an MRI, a contrast agent or a myelogram safe, and what is done instead."""

from __future__ import annotations

from guideline.rule import Activity, Alert, Order, Rule, at, no, yes
from guideline.rules.imaging import URGENT
from guideline.rules.people import DROP, FLAIL, NO_DROP, PERONEAL, ROOT, Given

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
            until_done="ct-myelogram-lumbar",
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
