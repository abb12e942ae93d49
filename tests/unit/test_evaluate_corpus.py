from types import SimpleNamespace

import pytest

from kg.corpus import GoldActor
from kg.evaluate.corpus import score_actor_kinds
from kg.model import Actor, ActorKind, ClaimType, OrganisationKind

PERSON, ROLE, ORGANISATION, STATE = ActorKind.PERSON, ActorKind.ROLE, ActorKind.ORGANISATION, ActorKind.STATE
COMPANY, PARTY = OrganisationKind.COMPANY, OrganisationKind.PARTY


@pytest.mark.parametrize(
    ("found", "gold", "organisation_kinds", "actor_kinds"),
    [
        ((ORGANISATION, COMPANY), (ORGANISATION, COMPANY), (1, 1, 1), (1, 1, 1)),
        ((ORGANISATION, PARTY), (ORGANISATION, COMPANY), (0, 1, 1), (0, 1, 1)),
        ((ORGANISATION, None), (ORGANISATION, COMPANY), (0, 0, 1), (0, 0, 1)),
        ((ORGANISATION, COMPANY), (ORGANISATION, None), (0, 1, 0), (0, 1, 0)),
        ((ROLE, None), (PERSON, None), (0, 0, 0), (1, 1, 1)),
        ((STATE, None), (PERSON, None), (0, 0, 0), (0, 1, 1)),
    ],
)
def test_kinds_of_found_actors_are_counted_once(found, gold, organisation_kinds, actor_kinds):
    actor = Actor(actor_id="a", key="hall", kind=found[0], organisation_kind=found[1], name="Hall", named=True)
    wanted = GoldActor(id="x1", kind=gold[0], organisation_kind=gold[1], name="Hall", named=True)
    claims = [SimpleNamespace(claim_id=name, id=name, actor_id="a", actor="x1", type=ClaimType.DIRECT) for name in "cd"]
    pairing = SimpleNamespace(
        extraction=SimpleNamespace(actors=[actor], claims=claims),
        article=SimpleNamespace(gold=SimpleNamespace(actors=[wanted], claims=claims)),
        gold_ids=lambda: {"c": "c", "d": "d"},
    )
    counted = {}
    score_actor_kinds(pairing, lambda task, *counts: counted.update({task: counts}))
    assert counted == {"organisation_kinds": organisation_kinds, "actor_kinds": actor_kinds}
