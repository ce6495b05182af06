"""The texts of stories while pages are made of them."""

from pathlib import Path

from handbill.newsroom.scan import Loaded, read_body
from handbill.newsroom.story import Story


class Bodies:
    """Gives the body of each story: as it was read just now, else from its file.

    What was read is let go as it is asked for, so that the memory of a press is not that of the
    newsroom: a page is made of it, and what search finds of it is kept beside.
    """

    def __init__(self, folder: Path, loaded: Loaded) -> None:
        self._folder, self._digests = folder, loaded.digests
        self._held = loaded.bodies

    def of(self, story: Story) -> str:
        """Return a story's body.

        Raises:
            NewsroomInvalid: its file changed since the newsroom was read.
        """
        source = story.source
        body = self._held.pop(source, None)
        return read_body(self._folder, source, self._digests[source]) if body is None else body
