"""The live site: what the desk writes for it, and the process that serves it and takes letters.

No module that the public process imports knows Django, a key or the desk's tables.
"""
