"""Terms: programs of two languages as one kind of plain facts, and a run over them that tells which values they make.

facts.py is the form (TypeScript and Python are lowered to it), values.py what a term comes to, run.py the abstract
run: known branches are taken, unknown ones both, and every call to something outside the project is noted with its
arguments. It knows no AWS.
"""
