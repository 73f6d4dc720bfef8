"""Sentences that were written before the grammar, with their likely finds: kind, span, value.

They are for the first look at a change. A rule is written for a family of sentences, never for one
of these.
"""

UNSEEN: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("ring the plumber tmrw arvo at 3", ("when|tmrw arvo at 3|2026-11-26 15:00",)),
    ("water the plants every other day", ("repeat|every other day|FREQ=DAILY;INTERVAL=2",)),
    ("hand in the essay by thurs midnight", ("when|by thurs midnight|..2026-11-26 23:59",)),
    ("gym on mondays and thursdays", ("repeat|on mondays and thursdays|FREQ=WEEKLY;BYDAY=MO,TH",)),
    ("Renew passport before 14 Feb", ("when|before 14 Feb|..2027-02-14",)),
    ("take the bins out tuesday nights", ("repeat|tuesday nights|FREQ=WEEKLY;BYDAY=TU @20:00",)),
    (
        "remind me in an hour and a half to check the oven",
        ("aspect|remind me|remind", "delay|in an hour and a half|1:30:00"),
    ),
    ("dentist dec 9 at quarter past 11", ("when|dec 9 at quarter past 11|2026-12-09 11:15",)),
    (
        "pay council tax on the 1st of each month",
        ("repeat|on the 1st of each month|FREQ=MONTHLY;BYMONTHDAY=1",),
    ),
    ("mum's birthday is 12 march", ("when|12 march|2027-03-12",)),
    ("tick off #4 and #7", ("number|#4 and #7|4,7",)),
    ("move it back by a week", ("pronoun|it|it", "shift|by a week|7 days")),
    ("can you do the third one", ("ordinal|the third one|3",)),
    ("delete the last two", ("ordinal|the last two|-2,-1",)),
    (
        "what did i finish last week",
        (
            "status|did i finish|completed",
            "when|last week|2026-11-16..2026-11-22",
        ),
    ),
    ("whats due this wkend", ("when|due this wkend|2026-11-28..2026-11-29",)),
    ("how many tasks are overdue", ("aspect|how many|count", "status|overdue|overdue")),
    ("buy 6 eggs and 2 pints of milk", ()),
    ("read chapter 12 for the book club", ()),
    (
        "email anna@example.org about the invoice tomorow",
        (
            "address|anna@example.org|anna@example.org",
            "when|tomorow|2026-11-26",
        ),
    ),
    (
        "call (020) 7946 0018 at noon",
        ("address|(020) 7946 0018|(020) 7946 0018", "when|at noon|12:00"),
    ),
    ("book flights asap", ("priority|asap|high",)),
    ("clean the garage, no rush", ("priority|no rush|low",)),
    ("set task 12 to high priority", ("number|task 12|12", "priority|to high priority|high")),
    ("add oat milk to the shopping list", ("list|to the shopping list|shopping",)),
    ("put it in my inbox", ("pronoun|it|it", "list|in my inbox|none")),
    ("rename it to 'Call the bank'", ("pronoun|it|it", "quote|'Call the bank'|Call the bank")),
    ("plan sprint #work #q1", ("tag|#work|work", "tag|#q1|q1")),
    ("meet Sam at 5", ("when|at 5|17:00",)),
    ("pick up kids at half 3", ("when|at half 3|15:30",)),
    (
        "standup every weekday at 9:15",
        ("repeat|every weekday at 9:15|FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR @09:15",),
    ),
    ("submit report fri eod", ("when|fri eod|2026-11-27 17:00",)),
    ("a fortnight from saturday we fly", ("when|a fortnight from saturday|2026-12-12",)),
    ("pay rent last day of the month", ("when|last day of the month|2026-11-30",)),
    (
        "review budget on the last friday of every month",
        ("repeat|on the last friday of every month|FREQ=MONTHLY;BYDAY=-1FR",),
    ),
    (
        "remind me 2 hrs beforehand",
        ("aspect|remind me|remind", "reminder|2 hrs beforehand|2:00:00"),
    ),
    ("ping me the day before", ("aspect|ping me|remind", "reminder|the day before|1 day")),
    (
        "stretch for ten minutes every morning",
        (
            "duration|for ten minutes|0:10:00",
            "repeat|every morning|FREQ=DAILY @09:00",
        ),
    ),
    ("christmas shopping by the 20th", ("when|by the 20th|..2026-12-20",)),
    ("vet appointment next tues 4.30pm", ("when|next tues 4.30pm|2026-12-01 16:30",)),
    ("lunch with May on friday", ("when|on friday|2026-11-27",)),
    ("i sat with april for a second", ()),
    (
        "show everything due between monday and thursday",
        (
            "quantity|everything|all",
            "when|due between monday and thursday|2026-11-30..2026-12-03",
        ),
    ),
    ("mark both as done", ("quantity|both|both", "status|done|completed")),
    ("delete all completed tasks", ("quantity|all|all", "status|completed|completed")),
    ("and the other three", ("quantity|the other three|rest",)),
    ("whats most important right now", ("aspect|most important|important",)),
    ("when is the dentist", ("aspect|when is|time",)),
    ("tasks with no due date", ("status|with no due date|undated",)),
    ("cancel the 3pm meeting on 2026-12-04", ("when|3pm|15:00", "when|on 2026-12-04|2026-12-04")),
    (
        "change the filter every 3 months until december 2027",
        ("repeat|every 3 months until december 2027|FREQ=MONTHLY;INTERVAL=3;UNTIL=20271231",),
    ),
    ("take antibiotics twelve hourly", ()),
    ("haircut in three weeks", ("when|in three weeks|2026-12-16",)),
    ("tax return end of jan", ("when|end of jan|2027-01-31",)),
    ("anything for later today?", ("when|for later today|2026-11-25",)),
    ("complete 1, 3 and 5", ("number|1, 3 and 5|1,3,5",)),
    ("tasks 2-4 are finished", ("number|tasks 2-4|2,3,4", "status|finished|completed")),
    ("tag those with garden", ("pronoun|those|them", "tag|with garden|garden")),
    ("reschedule to sunday afternoon", ("when|to sunday afternoon|2026-11-29 15:00",)),
    ("!! fix the leak", ("priority|!!|high",)),
    (
        "fix bike, low prio, sat morning",
        ("priority|low prio|low", "when|sat morning|2026-11-28 09:00"),
    ),
    (
        "every 10th of june send the card",
        ("repeat|every 10th of june|FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=10",),
    ),
    ("feed the cat @ 7:45 tonite", ("when|@ 7:45 tonite|2026-11-25 19:45",)),
)
