"""The house rules: the book, the screens that point at words, the standing of writers. Pure."""
