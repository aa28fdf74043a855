"""MON: when the limb is looked at again, and what a grade is needed for."""

from __future__ import annotations

from guideline.rule import Activity, Alert, CaseValue, Order, Prognosis, Rule, at, no, yes
from guideline.rules.people import CHILD, DROP, NO_DROP, PERONEAL, ROOT
from guideline.rules.spine_surgery import COMPRESSED, DISC
from guideline.rules.surgery_timing import begun

REVIEW = ('"as-of" + "review-earliest"', '"as-of" + "review-latest"')
NEXT = '"as-of" + 1 day'  # a visit that has been does not stand for the next one

FOLLOW_UP = Rule(
    id="FD-MON-01",
    title="Every foot drop has its next review",
    why="Only grades at intervals show whether strength returns, and every decision here hangs on that.",
    statements=("MON-01", "MON-02", "MON-03", "C-04", "C-34"),
    strength="recommend",
    population="everyone",
    when='"has-foot-drop"',
    then=(
        Order(
            key="follow-up-visit",
            window=REVIEW,
            fresh_from=NEXT,
            text="Review strength, function, gait, skin and orthosis every {review-earliest} to {review-latest}.",
        ),
    ),
    cases=(yes("a drop", DROP), yes("a child", DROP, CHILD), no("none", NO_DROP)),
)

GRADE_OVERDUE = Rule(
    id="FD-MON-01b",
    title="The last grade is too old",
    why="A decision on an old grade is a guess.",
    statements=("MON-01", "MON-03", "C-05"),
    strength="recommend",
    population="everyone",
    when='"has-foot-drop" and "as-of" after day of "last-mrc-on" + "review-latest"',
    then=(
        Order(
            key="neurological-assessment",
            window=(None, '"as-of"'),
            fresh_from='"as-of" - "review-latest"',
            text="Grade dorsiflexion, eversion and toe extension again: the last grade is older than {review-latest}.",
        ),
    ),
    cases=(
        yes("a day too old", DROP, {"last-mrc-on": at('date from ("as-of" - "review-latest" - 1 day)')}),
        no("on the last day", DROP, {"last-mrc-on": at('date from ("as-of" - "review-latest")')}),
        no("never graded", {"foot-drop": True}),
        no("no drop", NO_DROP, {"last-mrc-on": at('date from ("as-of" - 1 year)')}),
    ),
)

TREND_UNKNOWN = Rule(
    id="FD-MON-03",
    title="Nobody can say whether it has improved",
    why="Without a first and a second grade no window can be judged, and time runs all the same.",
    statements=("C-05", "MON-03", "MON-01", "MON-04"),
    strength="recommend",
    population="everyone",
    when='"has-foot-drop" and "improvement" is null and "as-of" same day or after "clock-start" + "review-earliest"',
    then=(
        Order(
            key="neurological-assessment",
            window=(None, '"as-of"'),
            fresh_from='"as-of"',
            text="Grade dorsiflexion, eversion and toe extension and compare with the first grade: whether it improves "
            "decides the next step.",
        ),
    ),
    cases=(
        yes("on the day", DROP, begun('"as-of" - "review-earliest"')),
        no("a day early", DROP, begun('"as-of" - "review-earliest" + 1 day')),
        no("known", DROP, begun('"as-of" - 1 year'), {"improvement": "none"}),
        no("no drop", NO_DROP, begun('"as-of" - 1 year')),
    ),
)

TREND_CONTRADICTED = Rule(
    id="FD-MON-03b",
    title="Called improving, but the grades show no gain",
    why="A surgeon's opinion may be held back on a word that the grades do not bear out.",
    statements=("C-05", "D-09", "MON-03"),
    strength="recommend",
    population="everyone",
    when='"has-foot-drop" and "unimproved" and "improving"',
    then=(
        Alert(
            key="improvement-contradicted",
            severity="warning",
            text="It is taken to be improving, but no muscle is stronger than at first: grade again before anything is "
            "put off.",
        ),
        Order(
            key="neurological-assessment",
            window=('"as-of"', '"as-of" + "disc-recheck-first"'),
            fresh_from='"as-of"',
            text="Grade again: it is taken to be improving, and no muscle is stronger than at first.",
        ),
    ),
    cases=(
        yes("no gain, called improving", DROP, {"improvement": "none", "course": "improving"}),
        no("a gain, called improving", DROP, {"improvement": "partial", "course": "improving"}),
        no("no gain, called stable", DROP, {"improvement": "none", "course": "stable"}),
        no("no drop", NO_DROP, {"improvement": "none", "course": "improving"}),
    ),
)

_CHRONIC = """
    ("course" = 'stable' and "as-of" after day of "clock-start" + "surgery-due") is not true
"""
_RECHECKED = '"as-of" after day of "conservative-care-start" + "disc-recheck-first"'
_BEFORE: dict[str, CaseValue] = {"conservative-care-start": at('"as-of" - "disc-recheck-first"')}
_AFTER: dict[str, CaseValue] = {"conservative-care-start": at('"as-of" - "disc-recheck-first" - 1 day')}
_CHRONIC_STABLE: dict[str, CaseValue] = {"course": "stable", **begun('"as-of" - "surgery-due" - 1 day')}

DISC_FIRST_RECHECK = Rule(
    id="FD-MON-05",
    title="A disc herniation with a foot drop is seen again within days",
    why="Most of what goes wrong with a root goes wrong early.",
    statements=("MON-05", "C-34"),
    strength="recommend",
    population="everyone",
    when=f'"has-foot-drop" and "disc-herniation" and {_CHRONIC} and ({_RECHECKED}) is not true',
    then=(
        Order(
            key="follow-up-visit",
            window=('"as-of"', '"as-of" + "disc-recheck-first"'),
            fresh_from=NEXT,
            text="Disc herniation: grade again within {disc-recheck-first}, and ask about bladder, bowel and saddle.",
        ),
        Activity(
            key="close-monitoring",
            window=('"as-of"', '"as-of" + "disc-recheck-first"'),
            text="Disc herniation: first check within {disc-recheck-first}, then every {disc-recheck-interval} "
            "until stable.",
        ),
    ),
    cases=(
        yes("a herniated disc", DISC),
        yes("on the last day of the first week of care", DISC, _BEFORE),
        no("a day later", DISC, _AFTER),
        no("long stable", DISC, _CHRONIC_STABLE),
        yes("stable on the last day of the window", DISC, {"course": "stable"}, begun('"as-of" - "surgery-due"')),
        yes("long, but worsening", DISC, _CHRONIC_STABLE, {"course": "worsening"}),
        no("no disc", PERONEAL),
        no("no drop", NO_DROP, {"lumbar-disc-herniation": True}),
    ),
)

DISC_NEXT_RECHECK = Rule(
    id="FD-MON-05b",
    title="After the first check a disc herniation is seen at short intervals until stable",
    why="The routine interval is too long for a root under pressure.",
    statements=("MON-05", "C-34"),
    strength="recommend",
    population="everyone",
    when=f'"has-foot-drop" and "disc-herniation" and {_CHRONIC} and {_RECHECKED}',
    then=(
        Order(
            key="follow-up-visit",
            window=('"as-of"', '"as-of" + "disc-recheck-interval"'),
            fresh_from=NEXT,
            text="Disc herniation: grade again within {disc-recheck-interval}, and ask about bladder, bowel "
            "and saddle.",
        ),
        Activity(
            key="close-monitoring",
            window=('"as-of"', '"as-of" + "disc-recheck-interval"'),
            text="Disc herniation: neurological check every {disc-recheck-interval} until stable.",
        ),
    ),
    cases=(
        yes("a day after the first week of care", DISC, _AFTER),
        no("on its last day", DISC, _BEFORE),
        no("start of care unknown", DISC),
        no("long stable", DISC, _AFTER, _CHRONIC_STABLE),
        no("no disc", PERONEAL, _AFTER),
        no("no drop", NO_DROP, _AFTER, {"lumbar-disc-herniation": True}),
    ),
)

BIG_TOE = Rule(
    id="FD-MON-07",
    title="The big toe recovers last",
    why="A toe that lags behind the ankle is no sign of failure.",
    statements=("MON-07",),
    strength="recommend",
    when="""
        "has-foot-drop" and ("improving" or "improvement" in {'partial', 'full'})
        and "mrc-great-toe-extension" <= "foot-drop-mrc"
    """,
    then=(Prognosis(text="The big toe recovers last: its weakness alone is no failure of recovery."),),
    cases=(
        yes(
            "called improving, toe weak",
            PERONEAL,
            {"course": "improving", "mrc-great-toe-extension": at('"foot-drop-mrc"')},
        ),
        yes(
            "a gain, now stable, toe weak",
            PERONEAL,
            {"improvement": "partial", "course": "stable", "mrc-great-toe-extension": 1},
        ),
        yes(
            "full strength again, toe weak",
            {**DROP, "foot-drop": True, "improvement": "full", "mrc-great-toe-extension": at('"foot-drop-mrc"')},
        ),
        no("toe strong", PERONEAL, {"course": "improving", "mrc-great-toe-extension": at('"foot-drop-mrc" + 1')}),
        no("not improving", PERONEAL, {"improvement": "none", "course": "stable", "mrc-great-toe-extension": 1}),
        no("no drop", NO_DROP, {"course": "improving", "mrc-great-toe-extension": 1}),
    ),
)

_SPINAL_PLANNED = '"surgery-planned" and "spinal-source" and "localised-peroneal" is not true'
_NO_GRADE = '("last-mrc-on" is null or "as-of" after day of "last-mrc-on" + "preoperative-grade-age")'
_OLD: dict[str, CaseValue] = {"last-mrc-on": at('date from ("as-of" - "preoperative-grade-age" - 1 day)')}
_RECENT: dict[str, CaseValue] = {"last-mrc-on": at('date from ("as-of" - "preoperative-grade-age")')}

PREOPERATIVE_GRADE = Rule(
    id="FD-MON-08",
    title="Grade dorsiflexion before the spine surgeon decides",
    why="The strength before the operation is the best predictor of the strength after it.",
    statements=("MON-08", "PRG-07"),
    strength="recommend",
    when=f"""
        "has-foot-drop" and ("proposed-spine-surgery-consult" or {_SPINAL_PLANNED})
        and {_NO_GRADE}
    """,
    then=(
        Order(
            key="neurological-assessment",
            window=('"as-of"', '"as-of" + "preoperative-grade-age"'),
            fresh_from='"as-of" - "preoperative-grade-age"',
            text="Record the grade of dorsiflexion now, so that the spine surgeon has it; the consult does not wait "
            "for it.",
        ),
    ),
    cases=(
        yes("a consult proposed, grade a day too old", COMPRESSED, _OLD),
        no("grade on the last day", COMPRESSED, _RECENT),
        yes("surgery planned, never graded", {"foot-drop": True, "back-pain": True, "surgery-planned": True}),
        no("surgery planned, nothing spinal", PERONEAL, {"surgery-planned": True}),
        no(
            "surgery planned for a ganglion at the knee",
            {"foot-drop": True, "back-pain": True, "surgery-planned": True, "knee-structural-lesion": True},
        ),
        no("nothing proposed, nothing planned", ROOT),
        no("no drop", NO_DROP, {"mri-compressive-lesion": True, "surgery-planned": True}),
    ),
)

PREOPERATIVE_ALERT = Rule(
    id="FD-MON-08b",
    title="A spinal operation is planned, and there is no recent grade",
    why="Afterwards nobody can say what the operation changed.",
    statements=("MON-08",),
    strength="recommend",
    when=f'"has-foot-drop" and {_SPINAL_PLANNED} and {_NO_GRADE}',
    then=(
        Alert(
            key="preoperative-grade",
            severity="warning",
            text="A spinal operation is planned and no grade of dorsiflexion of the last {preoperative-grade-age} is "
            "recorded: record it before.",
        ),
    ),
    cases=(
        yes("grade a day too old", ROOT, {"surgery-planned": True}, _OLD),
        yes("never graded", {"foot-drop": True, "back-pain": True, "surgery-planned": True}),
        no("grade on the last day", ROOT, {"surgery-planned": True}, _RECENT),
        no("not planned", ROOT, {"surgery-planned": False}, _OLD),
        no("nothing spinal", PERONEAL, {"surgery-planned": True}, _OLD),
        no("a ganglion at the knee", ROOT, {"surgery-planned": True, "knee-structural-lesion": True}, _OLD),
        no("no drop", NO_DROP, {"surgery-planned": True, "back-pain": True}, _OLD),
    ),
)
