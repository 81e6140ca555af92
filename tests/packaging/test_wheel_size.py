"""The size of a wheel is told with and without the SQL editor, and one that is too large or has no page is refused."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import pytest
from wheel_size import EDITOR, LIMIT, PAGE, main, size_of


def wheel(folder: Path, **bytes_of: int) -> Path:
    names = {"page": PAGE, "editor": EDITOR, "code": "pytest_flock_trace/code.py"}
    path = folder / "pytest_flock_trace-1-py3-none-any.whl"
    with ZipFile(path, "w") as content:  # without compression, so that sizes are what they are said to be
        for name, size in bytes_of.items():
            content.writestr(names[name], bytes(size))
    return path


def test_both_sizes_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    size = size_of(wheel(tmp_path, page=1000, editor=5000, code=1000))

    assert size.editor == 5000
    assert size.rest == size.whole - 5000
    assert main([str(tmp_path)]) == 0
    assert f"{size.whole:,} bytes, {size.rest:,} of them without the SQL editor" in capsys.readouterr().out


def test_the_editor_does_not_count(tmp_path: Path):
    wheel(tmp_path, page=1000, editor=LIMIT + 1)

    assert main([str(tmp_path)]) == 0


def test_a_wheel_that_is_too_large_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    wheel(tmp_path, page=1000, editor=1000, code=LIMIT)

    assert main([str(tmp_path)]) == 1
    assert "more than it may" in capsys.readouterr().err


def test_a_wheel_without_the_viewer_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    wheel(tmp_path, code=10)

    assert main([str(tmp_path)]) == 1
    assert "holds no viewer" in capsys.readouterr().err


def test_a_folder_without_a_wheel_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main([str(tmp_path)]) == 1
    assert "no wheel in" in capsys.readouterr().err
