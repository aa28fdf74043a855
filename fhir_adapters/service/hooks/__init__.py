"""CDS Hooks 2.0.1 and 3.0.0-ballot: the guideline's advice as cards, at six moments of a clinician's work.

catalog -> discovery                     what is offered
call -> remote, gather -> (advice)       what is asked, and the record that the answer rests on
plan -> detail, suggest -> render, check what is answered
feedback                                 what became of it
routes                                   the addresses
"""
