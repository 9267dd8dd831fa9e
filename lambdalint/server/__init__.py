"""An editor's messages in, what the engine says of the texts as they are now out. No lint logic here.

app: the messages. roots: one linted root, its unsaved texts, its latest outcome. The other modules turn an outcome into
one kind of answer each, and are functions of it: they can be tested without an editor.
"""
