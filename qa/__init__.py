"""How good was the call, and are we fair; modules in reading order below.

text         Turkish casing, words as a recogniser writes them, spoken numbers
negation     the few letters that turn a sentence round
reading      a YAML document read part by part, every error kept
script       what is to be said: steps, wordings, slots, speaker, time window
checks       what a machine can check about a call
forms        the versioned form: sections, weighted items, critical items, bands
scoring      from answers to a score, in exact arithmetic
heard        recognised words, compared by letters and by sound
matching     wordings found in what was heard, errors and all, with evidence
listening    who said which step when, over one transcript
names        common Turkish given names
addressing   whether somebody was called by name
autoscore    a verdict with evidence for every item that a machine can check
sampling     which calls to review: seeded, stratified, spread over reviewers
trends       means with honest intervals; small numbers say so
calibration  agreement between reviewers: Cohen, Fleiss, Krippendorff
errors       what quality refuses, by name
"""
