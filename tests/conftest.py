"""What all tests share: where the real data lie, if they are there."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def _folder_or_skip(path: Path, what: str) -> Path:
    if not path.is_dir():
        pytest.skip(f"{what} are not on this computer (expected in ../{path.relative_to(ROOT.parent)})")
    return path


@pytest.fixture(scope="session")
def project_root() -> Path:
    """The folder that holds pyproject.toml."""
    return ROOT


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder with the real data sets; tests that ask for it are skipped where it is absent."""
    return _folder_or_skip(ROOT.parent / "shared" / "data", "the real data sets")


@pytest.fixture(scope="session")
def seurat_expected() -> Path:
    """The folder with what Seurat itself computed; tests that ask for it are skipped where it is absent."""
    return _folder_or_skip(ROOT.parent / "shared" / "seurat" / "expected", "Seurat's own results")
