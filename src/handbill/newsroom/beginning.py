"""What a new newsroom's folder holds. Pure: a name and a language in, texts by path out."""

import json
from importlib import resources

LANGUAGES = ("en", "ko", "es", "fa", "ar")


def beginning(name: str, language: str, today: str) -> dict[str, str]:
    """Return the text of every file of a new newsroom, by its path in the folder.

    ``today`` is ``YYYY-MM-DD`` and stands in the first story.

    Raises:
        KeyError: there are no start texts in ``language``.
    """
    if language not in LANGUAGES:
        raise KeyError(language)
    title, body = _text(f"welcome.{language}.md").removeprefix("# ").split("\n", 1)
    head = f"---\nid: welcome\ntitle: {title}\nlanguage: {language}\ndate: {today}\n---\n"
    toml = _text("newsroom.toml").replace("{name}", json.dumps(name, ensure_ascii=False))
    return {
        "newsroom.toml": toml.replace("{language}", language),
        "stories/welcome.md": head + body,
        "rules/book.toml": _text("book.toml"),
        f"pages/about.{language}.md": f"# {name}\n",
    }


def _text(name: str) -> str:
    return resources.files("handbill.newsroom").joinpath("start", name).read_text("utf-8")
