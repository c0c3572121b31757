"""Golden files: where they lie, how they are written and compared, and the checksum that a model version belongs to."""

import hashlib
import json
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
#: The model version, and the checksum of the golden files that it belongs to.
VERSION_FILE = FOLDER / "version.json"


def golden_files() -> list[Path]:
    """Every golden file but the one that names the version."""
    return sorted({*FOLDER.glob("*.json")} - {VERSION_FILE})


def checksum(files: list[Path] | None = None) -> str:
    """One checksum of all golden files."""
    chosen = golden_files() if files is None else files
    return hashlib.sha256(b"".join(file.read_bytes() for file in chosen)).hexdigest()


def lines(document: dict[str, object]) -> str:
    """JSON with one list or number on a line, so that a difference reads as a difference."""
    text = json.dumps(document, indent=1, ensure_ascii=False)
    joined: list[str] = []
    depth = 0
    for line in text.splitlines():
        inside, stripped = depth > 0, line.strip()
        if stripped.endswith("["):
            depth += 1
        elif stripped in ("]", "],"):
            depth -= 1
        if inside:
            joined[-1] += stripped + (" " if depth and stripped.endswith(",") else "")
        else:
            joined.append(line)
    return "\n".join(joined) + "\n"


def differences(golden: object, now: object, path: str = "") -> list[str]:
    """Where two records differ, in words."""
    if isinstance(golden, dict) and isinstance(now, dict):
        found = [f"{path}{key}: only on one side" for key in sorted(golden.keys() ^ now.keys())]
        for key in golden.keys() & now.keys():
            found += differences(golden[key], now[key], f"{path}{key}.")
        return sorted(found)
    return [] if golden == now else [f"{path.rstrip('.')}: {golden} is now {now}"]
