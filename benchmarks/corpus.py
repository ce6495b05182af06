"""Write the same invented stories as a Handbill newsroom and as a Hugo site: corpus.py N OUT.

Deterministic: about 600 words a story, headings, lists, quotes, a picture, three tags, a section.
"""

import itertools
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from PIL import Image

WORDS = 600
PICTURES = 50
DAYS = 9000
SECTIONS = ("water", "work", "memory", "light", "roads")


@dataclass(frozen=True, slots=True)
class Sample:
    """One invented story; ``picture`` is a number below :data:`PICTURES`."""

    name: str
    title: str
    deck: str
    day: date
    section: str
    tags: tuple[str, ...]
    picture: int
    body: str


def stories(count: int, seed: int = 42) -> Iterator[Sample]:
    """Yield ``count`` stories; the same seed gives the same stories."""
    voice = _Voice(random.Random(seed))
    for i in range(count):
        yield Sample(
            f"s{i:05}",
            " ".join(voice.words(6)).capitalize(),
            voice.sentence(14),
            date(2000, 1, 1) + timedelta(days=i % DAYS),
            SECTIONS[i % len(SECTIONS)],
            tuple(voice.tags(3)),
            i % PICTURES,
            voice.body(),
        )


def newest(count: int) -> str:
    """Return the name of the newest of so many stories."""
    return f"s{min(count, DAYS) - 1:05}"


class _Voice:
    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._vocabulary = self._invent(12_000)
        weights = (1 / (i + 1) ** 0.9 for i in range(len(self._vocabulary)))
        self._weights = list(itertools.accumulate(weights))

    def _invent(self, count: int) -> list[str]:
        pick = self._chance.choice
        seen: dict[str, None] = {}
        while len(seen) < count:
            syllables = self._chance.randint(1, 4)
            word = "".join(
                pick("bcdfghjklmnprstvwz") + pick("aeiou") + pick(["", "", "n", "r"])
                for _ in range(syllables)
            )
            seen[word] = None
        return list(seen)

    def words(self, count: int) -> list[str]:
        return self._chance.choices(self._vocabulary, cum_weights=self._weights, k=count)

    def tags(self, count: int) -> list[str]:
        return self._chance.sample([f"tag-{w}" for w in self._vocabulary[200:260]], count)

    def sentence(self, count: int) -> str:
        words = self.words(count)
        at = self._chance.randrange(len(words))
        style = self._chance.random()
        if style < 0.15:
            words[at] = f"**{words[at]}**"
        elif style < 0.3:
            words[at] = f"*{words[at]}*"
        text = " ".join(words)
        return text[0].upper() + text[1:] + "."

    def body(self) -> str:
        parts: list[str] = []
        total = 0
        while total < WORDS:
            paragraph = len(parts)
            if paragraph % 5 == 4:
                parts.append("## " + " ".join(self.words(4)).capitalize())
            if paragraph == 5:
                parts.append("> " + self.sentence(18))
                parts.append("\n".join("- " + self.sentence(6) for _ in range(4)))
            lengths = [self._chance.randint(8, 20) for _ in range(self._chance.randint(3, 6))]
            parts.append(" ".join(self.sentence(n) for n in lengths))
            total += sum(lengths)
        return "\n\n".join(parts) + "\n"


def write_newsroom(root: Path, count: int) -> None:
    """Write a Handbill newsroom with ``count`` stories."""
    (root / "stories").mkdir(parents=True)
    sections = "".join(f'\n[sections.{s}]\nen = "{s.capitalize()}"\n' for s in SECTIONS)
    (root / "newsroom.toml").write_text(
        f'name = "The Sample"\nlanguage = "en"\nlanguages = ["en"]\n{sections}'
    )
    _pictures(root / "stories")
    for story in stories(count):
        tags = ", ".join(story.tags)
        (root / "stories" / f"{story.name}.md").write_text(
            f"---\nid: {story.name}\ntitle: {story.title}\ndeck: {story.deck}\nlanguage: en\n"
            f"date: {story.day}\nsection: {story.section}\ntags: {tags}\n"
            f"authors:\n  - A Writer, words\nlead:\n  path: p{story.picture}.jpg\n"
            "  alt: A picture\n  caption: A picture\n  credit: A Photographer\n---\n\n"
            f"{story.body}"
        )


def write_hugo(root: Path, count: int, *, texts: bool = False) -> None:
    """Write the same stories as a Hugo site: pages, paged sections, yearly archives, a front page.

    With ``texts`` Hugo also writes what its sites' search scripts load: every text in one JSON.
    """
    content = root / "content" / "stories"
    content.mkdir(parents=True)
    (root / "static").mkdir()
    _pictures(root / "static")
    for name, text in _HUGO.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    if texts:
        with (root / "hugo.toml").open("a") as settings:
            settings.write('[outputs]\nhome = ["HTML", "JSON"]\n')
    for story in stories(count):
        tags = ", ".join(story.tags)
        (content / f"{story.name}.md").write_text(
            f'---\ntitle: "{story.title}"\ndeck: "{story.deck}"\ndate: {story.day}\n'
            f'sections: ["{story.section}"]\narchive: ["{story.day.year}"]\n'
            f"tags: [{tags}]\nimage: /p{story.picture}.jpg\n---\n\n"
            f"{story.body}"
        )


def _pictures(folder: Path) -> None:
    for i in range(PICTURES):
        Image.new("RGB", (480, 300), (i * 5, 90, 160)).save(folder / f"p{i}.jpg")


_HEAD = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8">'
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src 'self'\">"
    '<meta name="viewport" content="width=device-width"><title>{{ .Title }}</title>'
    '<link rel="stylesheet" href="/style.css"></head><body>'
    '<header><a href="/">The Sample</a> <a href="/search/">Search</a></header><main>'
)
_FOOT = (
    '</main><footer><nav><a href="/verify.html">Check a drive</a></nav>'
    "<p>Made with Hugo.</p></footer></body></html>"
)
_LIST = (
    '<ul>{{ range (.Paginate .Pages 50).Pages }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a>'
    ' <time>{{ .Date.Format "2006-01-02" }}</time><p>{{ .Params.deck }}</p></li>{{ end }}</ul>'
)
_ARCHIVE = (
    '<ul>{{ range .Pages }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a>'
    ' <time>{{ .Date.Format "2006-01-02" }}</time><p>{{ .Params.deck }}</p></li>{{ end }}</ul>'
)
_TEXTS = (
    '[{{ range $i, $p := where site.RegularPages "Type" "stories" }}{{ if $i }},{{ end }}'
    '{{ dict "at" .RelPermalink "title" .Title "deck" .Params.deck "text" .Plain | jsonify }}'
    "{{ end }}]"
)
_HUGO = {
    "hugo.toml": (
        'baseURL = "http://localhost/"\ntitle = "The Sample"\ndisableKinds = ["RSS", "sitemap"]\n'
        '[taxonomies]\nsection = "sections"\nyear = "archive"\n'
    ),
    "static/style.css": "body{max-width:40em;margin:auto}",
    "layouts/_default/single.html": (
        _HEAD + "<article><p>{{ index .Params.sections 0 }}</p><h1>{{ .Title }}</h1>"
        "<p>{{ .Params.deck }}</p><p>A Writer, words "
        '<time datetime="{{ .Date.Format "2006-01-02" }}">{{ .Date.Format "2 January 2006" }}'
        '</time></p><figure><img src="{{ .Params.image }}" alt="A picture">'
        "<figcaption>A picture <small>A Photographer</small></figcaption></figure>{{ .Content }}"
        "<ul>{{ range .Params.tags }}<li>{{ . }}</li>{{ end }}</ul></article>" + _FOOT
    ),
    "layouts/_default/list.html": _HEAD + "<h1>{{ .Title }}</h1>" + _LIST + _FOOT,
    "layouts/archive/list.html": _HEAD + "<h1>{{ .Title }}</h1>" + _ARCHIVE + _FOOT,
    "layouts/_default/terms.html": _HEAD + "<h1>{{ .Title }}</h1>" + _FOOT,
    "layouts/index.html": (
        _HEAD + '<h1>The Sample</h1>{{ range first 30 (where site.RegularPages "Type" "stories") }}'
        '<p><a href="{{ .RelPermalink }}">{{ .Title }}</a></p>{{ end }}' + _FOOT
    ),
    "layouts/index.json": _TEXTS,
}


if __name__ == "__main__":
    write_newsroom(Path(sys.argv[2]) / "newsroom", int(sys.argv[1]))
    write_hugo(Path(sys.argv[2]) / "hugo", int(sys.argv[1]))
