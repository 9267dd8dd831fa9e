"""An editor's messages in, what the engine says of the texts as they are now out. No lint logic here.

app, answers: the messages. state, roots: linted roots, their unsaved texts and latest outcomes. The others turn an
outcome into one kind of answer each.
"""
