"""A whole simulated jurisdiction on loopback, with its answer key."""

from __future__ import annotations

from democity.city import City, CityError
from democity.language import ScenarioError
from democity.problems.base import Expected
from democity.scenario import Scenario, load, plan

__all__ = ["City", "CityError", "Expected", "Scenario", "ScenarioError", "load", "plan"]
