"""A bill of materials is about the wheel, and what the wheel needs are its components."""

from __future__ import annotations

import shutil

import pytest
from sbom import about_the_wheel, viewer_sbom


def test_the_wheel_is_the_subject_and_no_component():
    home = {"type": "website", "url": "https://example.org"}
    lay = {"type": "distribution", "url": "file:///home/ada/dist/x.whl"}
    own = {"name": "pytest-flock-trace", "version": "1.2.3", "externalReferences": [lay, home]}
    document = {"metadata": {"tools": []}, "components": [{"name": "duckdb"}, own, {"name": "rich"}]}

    about = about_the_wheel(document)

    subject = about["metadata"]["component"]
    assert (subject["name"], subject["type"]) == ("pytest-flock-trace", "library")
    assert subject["purl"] == "pkg:pypi/pytest-flock-trace@1.2.3"
    assert subject["externalReferences"] == [home]
    assert [one["name"] for one in about["components"]] == ["duckdb", "rich"]


def test_a_document_without_the_wheel_is_an_error():
    with pytest.raises(ValueError, match="not enough values"):
        about_the_wheel({"components": [{"name": "duckdb"}]})


@pytest.mark.skipif(shutil.which("npm") is None, reason="no npm here")
def test_the_viewer_is_made_of_what_its_lock_file_says_without_the_tools():
    document = viewer_sbom()
    names = {one["name"] for one in document["components"]}

    assert document["bomFormat"] == "CycloneDX"
    assert {"preact", "uplot"} <= names
    assert not {"esbuild", "typescript"} & names
