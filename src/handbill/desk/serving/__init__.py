"""How the desk is served: workers, their keys, headers, files, and what is unsafe about it."""
