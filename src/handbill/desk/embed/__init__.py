"""The discussion of a story on somebody else's page: frames, and the script that places them."""
