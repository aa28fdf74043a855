"""RED: what cannot wait. Every rule here adds to a plan; none of them takes anything away."""

from __future__ import annotations

from guideline.rule import Alert, Differential, Order, Rule, at, no, yes
from guideline.rules.people import DROP, FLAIL, NO_DROP, NO_UMN, PERONEAL, RECENT, Given

CAUDA_EQUINA = Rule(
    id="FD-RED-01",
    title="Suspected cauda equina syndrome is an emergency",
    why="The sacral roots lose function within hours, and what is lost of bladder and bowel seldom comes back.",
    statements=("RED-01", "RED-06", "RED-05", "SUR-25", "C-41", "B-15", "D-06"),
    strength="recommend",
    population="everyone",
    when='"cauda-equina-suspected"',
    then=(
        Alert(
            key="cauda-equina",
            severity="critical",
            scope="patient",
            text="Suspected cauda equina syndrome: act now, and image within {cauda-equina-mri-target}.",
        ),
        Differential(diagnosis="cauda-equina-syndrome"),
        Order(
            key="spine-surgery-consult",
            priority="stat",
            text="Call the spine surgeon now; neither imaging nor the chance of recovery is a reason to wait.",
        ),
        Order(
            key="mri-lumbar-spine",
            priority="stat",
            text="MRI of the lumbar spine within {cauda-equina-mri-target}; screen the whole spine if it is "
            "not explained.",
        ),
        Order(
            key="emergency-assessment",
            priority="stat",
            text="Emergency assessment with saddle sensation, anal tone and residual urine.",
        ),
        Order(
            key="post-void-residual",
            priority="stat",
            text="Measure the residual urine; more than {retention-volume} is retention.",
        ),
    ),
    cases=(
        yes("a drop with new loss of bladder control", DROP, {"bladder-dysfunction": True}),
        yes("a drop with new loss of bowel control", DROP, {"bowel-dysfunction": True}),
        yes("a drop with saddle numbness", DROP, {"saddle-anaesthesia": True}),
        yes("back pain with retention and no drop", NO_DROP, {"back-pain": True, "post-void-residual": at("400 'mL'")}),
        yes("long after onset, improving", DROP, {"bladder-dysfunction": True, "course": "improving"}),
        no("bladder and bowel asked about and well", DROP, {"bladder-dysfunction": False, "bowel-dysfunction": False}),
        no("never asked", DROP),
    ),
)

FLAIL_FOOT = Rule(
    id="FD-RED-02",
    title="A flail foot is an emergency until explained",
    why="A foot that moves in no direction has lost more than one nerve: the cauda equina, the cord or the brain.",
    statements=("RED-02", "RED-05", "LOC-20", "PIT-10", "DEF-14"),
    strength="recommend",
    population="everyone",
    when='"flail-foot"',
    then=(
        Alert(
            key="flail-foot",
            severity="critical",
            text="Flail foot: no active movement in any direction. This is not a plain foot drop; find the "
            "cause today.",
        ),
        Differential(diagnosis="cauda-equina-syndrome"),
        Differential(diagnosis="stroke"),
        Differential(diagnosis="sciatic-neuropathy"),
        Differential(diagnosis="spinal-cord-disorder"),
        Order(
            key="emergency-assessment",
            priority="stat",
            text="Emergency assessment of a flail foot: cauda equina, cord, stroke, complete sciatic lesion.",
        ),
        Order(
            key="mri-lumbar-spine",
            priority="stat",
            text="MRI of the lumbar spine at once, because a flail foot may be a cauda equina lesion.",
        ),
        Order(
            key="neurological-assessment",
            priority="stat",
            text="Full neurological examination now: reflexes, sensation, sphincters, the other leg.",
        ),
    ),
    cases=(
        yes("no movement at all", FLAIL),
        no("some plantar flexion left", FLAIL, {"mrc-ankle-plantarflexion": 2}),
        no("three movements gone, the fourth not graded", {k: v for k, v in FLAIL.items() if "eversion" not in k}),
    ),
)

SEVERE_PAIN_AND_NUMBNESS = Rule(
    id="FD-RED-03",
    title="Severe pain with severe numbness needs an assessment the same day",
    why="Together they mean a nerve or root under heavy pressure, or without blood.",
    statements=("RED-03", "RED-05", "C-21"),
    strength="recommend",
    population="everyone",
    when='"foot-drop-known" and "pain-score" >= "severe-pain-score" and "severe-numbness"',
    then=(
        Alert(
            key="severe-pain-and-numbness",
            severity="critical",
            text="Severe pain with severe numbness beside the foot drop: assess the same day.",
        ),
        Order(
            key="emergency-assessment",
            priority="asap",
            text="Same-day assessment of severe pain with severe numbness.",
        ),
    ),
    cases=(
        yes("at the score", DROP, {"pain-score": at('"severe-pain-score"'), "severe-numbness": True}),
        no("one point less", DROP, {"pain-score": at("\"severe-pain-score\" - 1 '1'"), "severe-numbness": True}),
        no("no numbness", DROP, {"pain-score": at("9 '1'"), "severe-numbness": False}),
        yes("a drop without its side", {"foot-drop-unsided": True, "pain-score": at("9 '1'"), "severe-numbness": True}),
        no("no foot drop", NO_DROP, {"pain-score": at("9 '1'"), "severe-numbness": True}),
    ),
)

CONSTITUTIONAL = Rule(
    id="FD-RED-04",
    title="Lost appetite or unintended weight loss beside a foot drop",
    why="It may be a tumour or an infection, which a nerve palsy would hide.",
    statements=("RED-04", "RED-05", "C-21", "B-07"),
    strength="recommend",
    population="everyone",
    when='"foot-drop-known" and ("appetite-loss" or "weight-loss-unintentional")',
    then=(
        Alert(
            key="constitutional-symptoms",
            severity="critical",
            scope="patient",
            text="Loss of appetite or weight beside a foot drop: look for a tumour or an infection, the same day.",
        ),
        Differential(diagnosis="spinal-tumour"),
        Differential(diagnosis="spinal-infection"),
        Order(
            key="emergency-assessment",
            priority="asap",
            text="Same-day assessment for a tumour or an infection.",
        ),
    ),
    cases=(
        yes("lost weight without meaning to", DROP, {"weight-loss-unintentional": True}),
        yes("lost appetite", DROP, {"appetite-loss": True}),
        yes("a drop without its side", {"foot-drop-unsided": True, "appetite-loss": True}),
        no("meant to lose weight", DROP, {"weight-loss-intentional": True, "weight-loss-unintentional": False}),
        no("no drop", NO_DROP, {"weight-loss-unintentional": True}),
    ),
)

TUMOUR_INFECTION_PANEL = Rule(
    id="FD-RED-05",
    title="Blood tests for a tumour or an infection",
    why="Inflammatory markers and a blood count are quick, and steer the imaging.",
    statements=("LAB-04", "RED-04"),
    strength="consider",
    population="everyone",
    when='"foot-drop-known" and ("appetite-loss" or "weight-loss-unintentional")',
    then=(
        Order(
            key="tumour-infection-panel",
            priority="asap",
            priority_from="LAB-04",
            text="Consider blood count, ESR, CRP and directed tests for a tumour or an infection.",
        ),
    ),
    cases=(
        yes("lost weight without meaning to", DROP, {"weight-loss-unintentional": True}),
        yes("lost appetite", DROP, {"appetite-loss": True}),
        yes("a drop without its side", {"foot-drop-unsided": True, "appetite-loss": True}),
        no("neither", DROP, {"weight-loss-unintentional": False, "appetite-loss": False}),
        no("no drop", NO_DROP, {"weight-loss-unintentional": True}),
    ),
)

SUDDEN = Rule(
    id="FD-RED-19a",
    title="A sudden foot drop of the last days is treated as a stroke until shown otherwise",
    why="A small cortical stroke or a haemorrhage can weaken nothing but the foot.",
    statements=("RED-19", "B-04", "B-03", "D-05", "LOC-49"),
    strength="consider",
    population="everyone",
    when='"sudden-recent"',
    then=(
        Alert(
            key="sudden-onset",
            severity="critical",
            text="Sudden onset: emergency pathway. Ask when the patient was last known well; thrombolysis may be "
            "possible within {stroke-lysis-limit}.",
        ),
        Differential(diagnosis="stroke"),
        Differential(diagnosis="intracranial-lesion"),
        Order(
            key="emergency-assessment",
            priority="stat",
            priority_from="RED-19",
            text="Emergency assessment for stroke; establish the time last known well.",
        ),
        Order(
            key="ct-head",
            priority="stat",
            priority_from="RED-19",
            text="CT of the head within {stroke-ct-target}.",
        ),
        Order(
            key="mri-brain",
            priority="stat",
            priority_from="RED-19",
            text="MRI of the brain if the CT does not explain a sudden foot drop.",
        ),
    ),
    cases=(
        yes("three days ago", DROP, {"onset-tempo": "sudden"}, RECENT),
        yes("when, nobody knows", DROP, {"onset-tempo": "sudden"}),
        no("a month ago", DROP, {"onset-tempo": "sudden", "onset": at('"as-of" - 1 month')}),
        no("acute", DROP, {"onset-tempo": "acute"}, RECENT),
    ),
)

_BEGAN = '"as-of" - "sudden-onset-window" - 1 day'
_EARLIER: Given = {"onset-tempo": "sudden", "onset": at(_BEGAN), "clock-start": at(_BEGAN)}

SUDDEN_EARLIER = Rule(
    id="FD-RED-19b",
    title="A foot drop that once came on suddenly",
    why="After the first week the emergency is over, but the brain has still to be seen.",
    statements=("RED-19", "D-05", "B-03", "LOC-49"),
    strength="consider",
    population="everyone",
    when='"has-foot-drop" and "onset-tempo" = \'sudden\' and "sudden-recent" is false',
    then=(
        Alert(
            key="sudden-onset-earlier",
            severity="warning",
            until_done="mri-brain",
            text="The foot drop began suddenly: consider a central cause, even without upper-motor-neuron signs.",
        ),
        Differential(diagnosis="intracranial-lesion"),
        Order(
            key="mri-brain",
            priority="urgent",
            priority_from="RED-19",
            window=('"as-of"', '"as-of" + "imaging-urgent-target"'),
            text="Consider MRI of the brain: the onset was sudden.",
        ),
    ),
    cases=(
        yes("a day after the window", DROP, _EARLIER),
        no(
            "on the last day of the window",
            DROP,
            {"onset-tempo": "sudden", "onset": at('"as-of" - "sudden-onset-window"')},
        ),
        no("gradual", DROP, _EARLIER, {"onset-tempo": "gradual"}),
        no("no drop", NO_DROP, _EARLIER),
    ),
)

SUDDEN_EARLIER_WORSE = Rule(
    id="FD-RED-19c",
    title="A foot drop that once came on suddenly, and worsens",
    why="An image of the brain from before has not seen what is new.",
    statements=("RED-19", "D-05", "C-05"),
    strength="consider",
    population="everyone",
    when='"has-foot-drop" and "onset-tempo" = \'sudden\' and "sudden-recent" is false and "worsening"',
    then=(
        Alert(
            key="sudden-onset-earlier",
            severity="warning",
            until_done="mri-brain",
            text="It is worse: consider a central cause, also if an earlier image of the brain showed nothing.",
        ),
        Order(
            key="mri-brain",
            priority="urgent",
            priority_from="RED-19",
            window=('"as-of"', '"as-of" + "imaging-urgent-target"'),
            text="The weakness is worsening: an earlier image does not count.",
        ),
    ),
    cases=(
        yes("worse", DROP, _EARLIER, {"course": "worsening"}),
        no("stable", DROP, _EARLIER, {"course": "stable"}),
        no("gradual", DROP, _EARLIER, {"onset-tempo": "gradual", "course": "worsening"}),
        no("days ago, an emergency by itself", DROP, RECENT, {"onset-tempo": "sudden", "course": "worsening"}),
        no("no drop", NO_DROP, _EARLIER, {"course": "worsening"}),
    ),
)

CORRECTABLE = Rule(
    id="FD-RED-20",
    title="A correctable spinal lesion goes to the spine surgeon urgently",
    why="The earlier the root is freed, the more of the muscle is kept.",
    statements=("RED-20", "C-41", "SUR-30"),
    strength="recommend",
    population="everyone",
    when='"spinal-source" and "mri-surgically-correctable"',
    then=(
        Alert(
            key="correctable-lesion",
            severity="warning",
            scope="patient",
            text="Imaging shows a spinal lesion that surgery could correct: urgent opinion of the spine surgeon.",
        ),
        Order(
            key="spine-surgery-consult",
            priority="urgent",
            text="Urgent opinion of the spine surgeon on a correctable lesion.",
        ),
    ),
    cases=(
        yes("correctable", DROP, {"back-pain": True, "mri-surgically-correctable": True}),
        no("not correctable", DROP, {"back-pain": True, "mri-surgically-correctable": False}),
        no("no spinal source", PERONEAL, {"mri-surgically-correctable": True}),
    ),
)

METASTATIC_CORD = Rule(
    id="FD-RED-23",
    title="Cancer and a cord sign: suspected metastatic cord compression",
    why="Whole-spine imaging and a plan are due within a day.",
    statements=("B-16", "RED-07", "D-07"),
    strength="recommend",
    population="everyone",
    when='"foot-drop-known" and "cancer-history" and ("umn-unexplained" or "bilateral-unexplained" or "worsening")',
    then=(
        Alert(
            key="metastatic-cord-compression",
            severity="critical",
            scope="patient",
            text="Cancer with a worsening, two-sided or upper-motor-neuron deficit: whole-spine MRI within "
            "{cord-compression-mri-target}, and tell the cord-compression coordinator now.",
        ),
        Differential(diagnosis="spinal-cord-compression"),
        Order(
            key="mri-lumbar-spine",
            priority="asap",
            text="MRI of the lumbar spine as part of the whole spine, within {cord-compression-mri-target}.",
        ),
        Order(
            key="mri-thoracic-spine",
            priority="asap",
            text="MRI of the thoracic spine as part of the whole spine, within {cord-compression-mri-target}.",
        ),
        Order(
            key="mri-cervical-spine",
            priority="asap",
            text="MRI of the cervical spine as part of the whole spine, within {cord-compression-mri-target}.",
        ),
    ),
    cases=(
        yes("worsening", DROP, {"cancer-history": True, "course": "worsening"}),
        yes(
            "a drop without its side",
            {"foot-drop-unsided": True, "cancer-history": True, "extensor-plantar-response": True},
        ),
        yes("both legs", DROP, {"cancer-history": True, "bilateral-leg-symptoms": True}),
        yes("an extensor plantar response", DROP, {"cancer-history": True, "extensor-plantar-response": True}),
        no("stable, one leg, no such sign", PERONEAL, NO_UMN, {"cancer-history": True, "course": "stable"}),
        no("no cancer", DROP, {"cancer-history": False, "course": "worsening"}),
        no("no drop", NO_DROP, {"cancer-history": True, "course": "worsening"}),
    ),
)
