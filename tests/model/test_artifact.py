from __future__ import annotations

import copy
import json
import pickle

from pytest_flock_trace.model.artifact import Artifact, type_of


def test_an_artifact_is_its_id_whatever_its_type():
    assert Artifact("d1", "Draft") == "d1" == Artifact("d1")
    assert {Artifact("d1", "Draft"): 1}["d1"] == 1
    assert json.dumps([Artifact("d1", "Draft")]) == '["d1"]'


def test_copies_keep_the_type():
    draft = Artifact("d1", "Draft")
    assert [type_of(other) for other in (pickle.loads(pickle.dumps(draft)), copy.deepcopy(draft))] == ["Draft", "Draft"]
    assert type_of("d1") is None
