"""The texts of stories while pages are made of them."""

from pathlib import Path

from handbill.newsroom.scan import Loaded, read_body
from handbill.newsroom.story import Story


class Bodies:
    """Gives the body of each story: as it was read just now, else from its file.

    What was read serves its page and its segment of search and is let go then, so that the memory
    of a press is not that of the newsroom.
    """

    def __init__(self, folder: Path, loaded: Loaded) -> None:
        self._folder, self._digests = folder, loaded.digests
        self._held, self._used = loaded.bodies, set[str]()

    def of(self, story: Story) -> str:
        """Return a story's body.

        Raises:
            NewsroomInvalid: its file changed since the newsroom was read.
        """
        source = story.source
        body = self._held.get(source)
        if body is None:
            return read_body(self._folder, source, self._digests[source])
        if source in self._used:
            del self._held[source]
        self._used.add(source)
        return body
