"""SI-20 to SI-28: whom a surgeon should see and when; and what must never stand side by side."""

from __future__ import annotations

from typing import Final

import z3

from tests.proof.claim import (
    ADULT,
    DISC,
    DROP,
    DUE,
    EARLY,
    ELIGIBLE,
    MOVING,
    NERVE,
    PROGRESSIVE,
    RAPID,
    SALVAGE,
    STILL,
    UNIMPROVED,
    WORSE,
    Claim,
    apart,
    negated,
    waiting,
)

SURGERY: Final = (
    Claim(
        "SI-20",
        "a peroneal palsy without exception, before the window: no nerve surgeon",
        f"""{ADULT} and {DROP} and "peroneal-cause" and "other-nerve-cause" is not true and {EARLY}
            and ({WORSE}) is not true and "knee-structural-lesion" is not true and "open-or-sharp-injury" is not true
            and "hip-dislocation" is not true and ({DUE}) is not true""",
        negated(lambda p: p.proposes("nerve-surgery-consult")),
    ),
    Claim(
        "SI-20",
        "from the window's start on there is one, and it stays",
        f'{ADULT} and "peroneal-cause" and "not-for-nerve-surgery" is not true and {STILL} and {ELIGIBLE}',
        lambda p: p.order("nerve-surgery-consult", strength="consider"),
    ),
    Claim(
        "SI-20",
        "in the window and after it is considered, not recommended",
        f"""{ADULT} and "peroneal-cause" and {STILL} and "knee-structural-lesion" is not true
            and "open-or-sharp-injury" is not true""",
        negated(lambda p: p.proposes("nerve-surgery-consult", strength="recommend")),
    ),
    Claim(
        "SI-20",
        "at its end it is said to be due",
        f'{ADULT} and "peroneal-cause" and "not-for-nerve-surgery" is not true and {STILL} and {DUE}',
        lambda p: z3.And(p.order("nerve-surgery-consult"), p.alert("surgery-overdue")),
    ),
    Claim(
        "SI-21",
        "a structural lesion: the nerve surgeon urgently, at any time, with or without EDX (SI-27)",
        f'{ADULT} and {DROP} and "knee-structural-lesion"',
        lambda p: p.order("nerve-surgery-consult", least="urgent"),
    ),
    Claim(
        "SI-21",
        "an open or sharp injury: the same",
        f"""{ADULT} and {DROP} and "open-or-sharp-injury" and ("clock-start-uncertain" is false
              and "open-or-sharp-injury-since" before day of "clock-start" - "wound-latency") is not true""",
        lambda p: p.order("nerve-surgery-consult", least="urgent"),
    ),
    Claim(
        "SI-21",
        "a nerve lesion that worsens: the same",
        f'{ADULT} and {NERVE} and {WORSE} and "not-for-nerve-surgery" is not true',
        lambda p: p.order("nerve-surgery-consult", least="urgent"),
    ),
    Claim(
        "SI-22",
        "a disc that worsens: the spine surgeon urgently, at any time",
        f"{DROP} and {DISC} and {WORSE}",
        lambda p: p.order("spine-surgery-consult", least="urgent"),
    ),
    Claim(
        "SI-22",
        "a disc that worsens rapidly: at once",
        f"{DROP} and {DISC} and {RAPID}",
        lambda p: p.order("spine-surgery-consult", least="stat"),
    ),
    Claim(
        "SI-23",
        "a disc without improvement: the spine surgeon from day 28",
        f"""{ADULT} and {DROP} and {DISC} and {STILL}
            and "as-of" same day or after "referral-clock" + "disc-consult-eligible\"""",
        lambda p: p.order("spine-surgery-consult", least="urgent", strength="consider"),
    ),
    Claim(
        "SI-23",
        "due on day 42",
        f'{ADULT} and {DROP} and {DISC} and {STILL} and "as-of" same day or after "clock-start" + "disc-consult-due"',
        lambda p: z3.And(
            p.order("spine-surgery-consult", least="urgent", strength="recommend"), p.alert("surgery-overdue")
        ),
    ),
    Claim(
        "SI-23",
        "an improving disc without a red flag: close monitoring, and no window forces a consult",
        f"""{ADULT} and {DROP} and {DISC} and "course" = 'improving' and "improvement" in {{'partial', 'full'}}
              and "red-flag-open" is not true""",
        lambda p: z3.And(
            p.activity("close-monitoring"), z3.Not(p.proposes("spine-surgery-consult", strength="recommend"))
        ),
    ),
    Claim(
        "SI-24",
        "worsening: something is urgent, an alert says so, and no waiting is offered",
        f"{DROP} and {WORSE}",
        lambda p: z3.And(p.any_order("urgent"), p.alert(least="warning"), z3.Not(waiting(p))),
    ),
    Claim(
        "SI-26",
        "no salvage surgery, no word of permanence, before a clinician, a year or a high sciatic lesion says so",
        lambda p: p.text(SALVAGE),
        lambda p: p.says(f"""{DROP} and ("permanent-nerve-damage" or "recovery-chance" = 'none'
              or {UNIMPROVED} and "as-of" same day or after "clock-start" + "permanence"
              or "sciatic-neuropathy" or "edx-localisation" = 'sciatic' or "hip-dislocation"
              or "improvement" in {{'none', 'plateau'}} and {DUE}
              and ("not-for-nerve-surgery" or "central-diagnosis" or "brain-tumour"))"""),
    ),
    Claim(
        "SI-28", "what is overdue never stands beside waiting", lambda p: p.alert("surgery-overdue"), negated(waiting)
    ),
)

CONTRADICTIONS: Final = (
    apart(
        "SI-16",
        "a stimulator, and the alert that it does not suit",
        lambda p: p.proposes("fes-assessment", "implantable-fes-referral"),
        lambda p: p.alert("stimulation-not-suitable"),
    ),
    apart(
        "SI-16",
        "a stimulator, and the alert that something forbids it",
        lambda p: p.proposes("fes-assessment", "implantable-fes-referral"),
        lambda p: p.alert("stimulation-contraindicated"),
    ),
    apart(
        "SI-11",
        "a spine that is not cleared, and moving about",
        lambda p: p.alert("spine-not-cleared"),
        lambda p: z3.Or(p.activity(*MOVING), p.proposes("gait-training", "walking-aid")),
    ),
    apart(
        "D-04",
        "explained upper-motor-neuron signs, and a search for their cause in the whole axis",
        lambda p: p.says('"umn-unexplained"'),
        lambda p: p.alert("umn-signs-explained"),
    ),
    apart(
        "D-04",
        "two explained legs, and two unexplained",
        lambda p: p.says('"bilateral-unexplained"'),
        lambda p: p.alert("bilateral-explained"),
    ),
    apart(
        "D-05",
        "a sudden onset of these days, and one of long ago",
        lambda p: p.alert("sudden-onset"),
        lambda p: p.alert("sudden-onset-earlier"),
    ),
    apart("C-05", "worsening, and going on as before", lambda p: p.alert("worsening"), waiting),
    apart(
        "SUR-12",
        "a progressive disorder, and salvage surgery",
        lambda p: p.says(PROGRESSIVE),
        lambda p: p.proposes("foot-ankle-surgery-consult"),
    ),
)
