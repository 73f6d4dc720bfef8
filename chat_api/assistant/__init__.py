"""The built-in assistant: rules instead of a language model, and no network.

A turn goes through these steps, each a module:

    conversation  the model's input items, as turns
    normalise     one spelling for quotes, spaces, courtesy and typing errors
    clauses       one message, several commands
    intent        which sentence patterns fit a clause
    build         a pattern with its slots (slots, dates, filters, references) -> commands
    understand    the three above, for a whole message
    repairs       a message that corrects itself
    answers       the same for a message that answers a question
    corrections   the same for one that corrects what was just done
    followups     the same for one that leans on the turn before in another way
    memory        what "it" and "the second one" can mean
    resolve       references -> task numbers, by memory or by a look-up (matching)
    perform       a command -> tool calls, then their results -> an outcome in words (phrase)
    plan          the turn so far -> the next calls, or the reply
    stream        calls or reply -> the SDK's events (model)

Words and patterns are data, in `data/`, compiled by lexicon.
"""
