"""Check that no file or function of ours outgrows docs/architecture.md's limits: 500 and 60 lines.

Data that a person does not read as code (catalogues, word lists, vendored and generated files)
is exempt by its place, never by a list of excuses.
"""

import ast
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MAX_FILE_LINES = 500
MAX_FUNCTION_LINES = 60
MAX_ARGUMENTS = 8
CODE = {".py", ".js", ".css", ".html", ".jinja", ".sh", ".mjs"}
EXEMPT = ("vendor/", "locale/", "node_modules/", "vectors/", "docs/screenshots/")


def main() -> int:
    """Print each breach; the exit status says whether there were any."""
    problems = [p for path in _tracked() for p in _check(path)]
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


def _tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    names = [n for n in listed.split("\0") if n and not any(e in n for e in EXEMPT)]
    return [ROOT / n for n in names if Path(n).suffix in CODE and (ROOT / n).is_file()]


def _check(path: Path) -> list[str]:
    name = path.relative_to(ROOT)
    text = path.read_text(encoding="utf-8")
    lines = text.count("\n") + 1
    found = []
    if lines > MAX_FILE_LINES:
        found.append(f"{name}: {lines} lines, expected at most {MAX_FILE_LINES}")
    if path.suffix == ".py":
        found += [f"{name}:{problem}" for problem in _functions(ast.parse(text))]
    return found


def _functions(tree: ast.Module) -> list[str]:
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        lines = (node.end_lineno or node.lineno) - node.lineno + 1
        if lines > MAX_FUNCTION_LINES:
            found.append(
                f"{node.lineno}: {node.name} has {lines} lines, at most {MAX_FUNCTION_LINES}"
            )
        count = len(node.args.args) + len(node.args.kwonlyargs)
        if count > MAX_ARGUMENTS and not node.decorator_list:
            found.append(
                f"{node.lineno}: {node.name} takes {count} arguments, at most {MAX_ARGUMENTS}"
            )
    return found


if __name__ == "__main__":
    sys.exit(main())
