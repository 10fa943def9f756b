"""Synthetic plans for tests and benchmarks: consistent by construction, of places that do not exist."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import pandas as pd

from ictplan_utils.observations import COMPARISON_COLUMNS, OBSERVATION_COLUMNS
from ictplan_utils.vietnamese import format_number, round_half_up

SHARES = {
    "fibre_coverage_share": "6", "shared_infrastructure_share": "7", "underground_cable_share": "8",
    "mobile_broadband_coverage_share": "9", "internet_user_share": "16",
    "households_with_broadband_access_share": "19", "households_with_provincial_tv_share": "28",
    "online_files_share_district": "31.2", "online_files_share_commune": "31.3", "online_service_files_share": "32",
    "monitored_systems_share": "33",
}  # fmt: skip
NUMBERS = {
    "postal_points": "1", "commune_post_points": "1.1", "other_postal_points": "1.2",
    "communes_with_post_point_share": "2", "people_per_postal_point": "3", "postal_service_radius": "4",
    "postal_revenue": "5", "bts_stations": "10", "mobile_density": "11", "phone_subscribers": "12",
    "mobile_data_user_share": "13", "households_with_broadband_share": "14", "fixed_broadband_subscribers": "15",
    "mobile_data_per_person": "17", "mobile_broadband_subscribers": "18", "telecom_revenue": "20",
    "publishing_establishments": "21", "publishing_revenue": "22", "communes_with_radio": "23",
    "communes_with_radio_share": "24", "radio_own_hours": "25", "radio_new_hours": "26", "radio_programmes": "27",
    "tv_own_hours": "29", "tv_new_hours": "30", **SHARES,
}  # fmt: skip


@dataclass
class Plan:
    """One synthetic plan: its observation and comparison rows, to be broken and then framed."""

    area: str
    year: int
    observations: list[dict] = field(default_factory=list)
    comparisons: list[dict] = field(default_factory=list)

    @property
    def report(self) -> str:
        return f"{self.year}-S1"

    def add(self, indicator: str, period: str, status: str, value: float, source: str, decimals: int = 0) -> None:
        value = round_half_up(value, decimals)
        self.observations.append(
            {"area": self.area, "indicator": indicator, "period": period, "status": status, "value": value,
             "printed": format_number(value, decimals), "source": source, "note": ""}
        )  # fmt: skip

    def compare(
        self, indicator: str, now: tuple[str, str], base: tuple[str, str], measure: str, value: float, printed: str,
        source: str,
    ) -> None:  # fmt: skip
        self.comparisons.append(
            {"area": self.area, "indicator": indicator, "period": now[0], "status": now[1], "base_period": base[0],
             "base_status": base[1], "measure": measure, "value": value, "printed": printed, "source": source,
             "note": ""}
        )  # fmt: skip

    def figure(self, indicator: str, source: str) -> dict:
        """Return the observation row of an indicator at a source (a whole source, or a table's column)."""
        return next(r for r in self.observations if r["indicator"] == indicator and r["source"].endswith(source))

    def said(self, indicator: str, source: str) -> dict:
        """Return the comparison row of an indicator at a source."""
        return next(r for r in self.comparisons if r["indicator"] == indicator and r["source"].endswith(source))


def put(row: dict, value: float, decimals: int = 0) -> dict:
    """Overwrite a row's figure, as a slip of the pen would."""
    row["value"], row["printed"] = value, format_number(value, decimals)
    return row


def frames(plans: list[Plan]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the two tables of several plans, with `report`."""
    observations = [row | {"report": plan.report} for plan in plans for row in plan.observations]
    comparisons = [row | {"report": plan.report} for plan in plans for row in plan.comparisons]
    return (
        pd.DataFrame(observations, columns=[*OBSERVATION_COLUMNS, "report"]).astype({"value": float}),
        pd.DataFrame(comparisons, columns=[*COMPARISON_COLUMNS, "report"]).astype({"value": float}),
    )


def consistent_plan(area: str, year: int, seed: int, *, text: bool = True) -> Plan:
    """Return a plan in which every total, ratio, repeat, change and density is right. Figures are invented."""
    rng = random.Random(seed)
    plan = Plan(area, year)
    rows = _figures(rng)
    moments = [(str(year - 1), "actual"), (f"{year}-S1", "actual"), (str(year), "estimate")]
    for slug, (values, decimals) in rows.items():
        number = NUMBERS.get(slug)
        if not number:
            continue
        for column, moment, value in zip((4, 5, 6), moments, values, strict=False):
            plan.add(slug, *moment, value, f"A1:{number}:{column}", decimals)
        plan.add(slug, *moments[2], values[2], f"A2:{number}:4", decimals)
        plan.add(slug, str(year + 1), "target", values[3], f"A2:{number}:5", decimals)
        _ratios(plan, slug, number, [round_half_up(value, decimals) for value in values], moments)
    if text:
        _text(plan, rng, rows)
    return plan


def _ratios(plan: Plan, slug: str, number: str, values: list[float], moments: list[tuple[str, str]]) -> None:
    last, half, estimate, target = values
    cells = (
        (moments[2], moments[0], estimate / last, f"A1:{number}:7"),
        (moments[1], moments[2], half / estimate, f"A1:{number}:8"),
        ((str(plan.year + 1), "target"), moments[2], target / estimate, f"A2:{number}:6"),
    )
    for now, base, ratio, source in cells:
        value = round_half_up(ratio * 100, 1)
        plan.compare(slug, now, base, "ratio_pct", value, format_number(value, 1), source)


def _figures(rng: random.Random) -> dict[str, tuple[list[float], int]]:
    """Return indicator → (last year, half, estimate, target), decimals."""
    communes, towns = rng.randint(12, 24), rng.randint(1, 2)
    people = [rng.randint(60_000, 180_000)]
    for _ in range(3):
        people.append(round(people[-1] * rng.uniform(1.002, 1.006)))
    households = [round(each / 4.2) for each in people]

    def grow(start: float, step: float) -> list[float]:
        values = [round(start)]
        for factor in (1, 1.1, 1.6):
            values.append(round(values[-1] * (1 + step * factor * rng.uniform(0.8, 1.2))))
        return values

    def flow(last: float, decimals: int = 0) -> list[float]:
        estimate = last * rng.uniform(1.04, 1.10)
        half = estimate * rng.uniform(0.46, 0.53)
        target = estimate * rng.uniform(1.03, 1.08)
        return [round_half_up(each, decimals) for each in (last, half, estimate, target)]

    def share(low: float, high: float) -> list[float]:
        start = round_half_up(rng.uniform(low, high), 1)
        steps = [round_half_up(rng.uniform(0.3, 1.2), 1) for _ in range(3)]
        return [start, start + steps[0], start + steps[0] + steps[1], start + sum(steps)]

    post = [rng.randint(communes - 4, communes - 1)] * 4
    other = [rng.randint(4, 9)] * 3
    other.append(other[-1] + 1)
    points = [a + b for a, b in zip(post, other, strict=True)]
    mobile = grow(people[0] * rng.uniform(0.6, 0.9), 0.015)
    fixed = [rng.randint(400, 900)] * 4
    fixed_bb = grow(households[0] * rng.uniform(0.25, 0.5), 0.02)
    data_users = share(55, 75)
    mobile_bb = [round(m * s / 100 * 0.97) for m, s in zip(mobile, data_users, strict=True)]
    radio = [rng.randint(5, communes - 3)] * 3
    radio.append(radio[-1] + rng.randint(0, 1))
    printers, copiers, sellers = rng.randint(2, 5), rng.randint(10, 20), rng.randint(1, 6)
    houses = [printers + copiers + sellers] * 3
    houses.append(houses[-1] + 1)
    own, tv = round_half_up(rng.uniform(3, 6), 1), round_half_up(rng.uniform(5, 9), 1)
    per_month = rng.randint(12, 30)
    programmes = [0, per_month * 6, 0, 0]
    programmes[2] = programmes[1] * 2 + rng.randint(-6, 6)
    programmes[0], programmes[3] = round(programmes[2] * 0.95), round(programmes[2] * 1.05)

    def pct(top: list[float], bottom: list[float]) -> list[float]:
        return [round_half_up(a / b * 100, 1) for a, b in zip(top, bottom, strict=True)]

    rows = {
        "postal_points": (points, 0), "commune_post_points": (post, 0), "other_postal_points": (other, 0),
        "communes_with_post_point_share": (pct(post, [communes] * 4), 1),
        "people_per_postal_point": ([round(p / n) for p, n in zip(people, points, strict=True)], 0),
        "postal_service_radius": ([4.2, 4.1, 4.1, 4.0], 1), "postal_revenue": (flow(rng.uniform(2000, 9000)), 0),
        "bts_stations": (grow(rng.randint(70, 200), 0.02), 0), "mobile_density": (pct(mobile, people), 1),
        "phone_subscribers": ([a + b for a, b in zip(mobile, fixed, strict=True)], 0),
        "mobile_data_user_share": (data_users, 1), "households_with_broadband_share": (pct(fixed_bb, households), 1),
        "fixed_broadband_subscribers": (fixed_bb, 0), "mobile_data_per_person": (flow(rng.uniform(15, 40), 1), 1),
        "mobile_broadband_subscribers": (mobile_bb, 0), "telecom_revenue": (flow(rng.uniform(30_000, 90_000)), 0),
        "publishing_establishments": (houses, 0), "publishing_revenue": (flow(rng.uniform(2000, 6000)), 0),
        "communes_with_radio": (radio, 0),
        "communes_with_radio_share": (pct(radio, [communes + towns] * 4), 1),
        "radio_own_hours": ([own, own + 0.1, own + 0.1, own + 0.2], 1),
        "radio_new_hours": ([own - 1, own - 0.9, own - 0.9, own - 0.7], 1),
        "radio_programmes": (programmes, 0),
        "tv_own_hours": ([tv, tv, tv + 0.1, tv + 0.1], 1),
        "tv_new_hours": ([tv - 0.5, tv - 0.4, tv - 0.4, tv - 0.3], 1),
        **{slug: (share(70, 95), 1) for slug in SHARES},
    }  # fmt: skip
    tv_households = [round(h * s / 100) for h, s in zip(households, rows["households_with_provincial_tv_share"][0],
                                                        strict=True)]  # fmt: skip
    rows["households_with_provincial_tv_share"] = (pct(tv_households, households), 1)
    hidden = {
        "mobile_subscribers": mobile, "fixed_subscribers": fixed, "population": people, "households": households,
        "communes": [communes] * 4, "communes_and_towns": [communes + towns] * 4, "printing_houses": [printers] * 4,
        "copy_shops": [copiers] * 4, "publication_distributors": [sellers] * 4,
        "households_with_provincial_tv": tv_households, "radio_programmes_per_month": [per_month] * 4,
        "internet_subscribers": [a + b for a, b in zip(fixed_bb, mobile_bb, strict=True)],
    }  # fmt: skip
    return rows | {slug: (values, 0) for slug, values in hidden.items()}


def _text(plan: Plan, rng: random.Random, rows: dict[str, tuple[list[float], int]]) -> None:
    half = (plan.report, "actual")
    base = (f"{plan.year - 1}-S1", "actual")

    def say(slug: str, value: float, section: str, decimals: int = 0) -> None:
        plan.add(slug, *half, value, f"N:{section}", decimals)

    people = rows["population"][0][1]
    for slug, section in (
        ("postal_points", "1.1"), ("postal_revenue", "1.1"), ("bts_stations", "1.2"), ("phone_subscribers", "1.2"),
        ("mobile_subscribers", "1.2"), ("fixed_subscribers", "1.2"), ("internet_subscribers", "1.2"),
        ("telecom_revenue", "1.2"), ("communes", "1.1"), ("communes_and_towns", "1.2"), ("printing_houses", "1.4"),
        ("copy_shops", "1.4"), ("publication_distributors", "1.4"), ("communes_with_radio", "1.4"),
        ("households_with_provincial_tv", "1.4"), ("radio_programmes_per_month", "1.4"),
    ):  # fmt: skip
        say(slug, rows[slug][0][1], section)
    say("phone_density", rows["phone_subscribers"][0][1] / people * 100, "1.2", 1)
    say("internet_density", rows["internet_subscribers"][0][1] / people * 100, "1.2", 1)
    say("communes_with_radio_share", rows["communes_with_radio_share"][0][1], "1.4", 1)
    say("households_with_provincial_tv_share", rows["households_with_provincial_tv_share"][0][1], "1.4", 1)
    radio = rng.randint(1000, 1400) * 2 + 1
    households = rows["households"][0][1]
    listeners = round(households * 0.97)
    say("households_with_provincial_radio", listeners, "1.4")
    say("households_with_provincial_radio_share", listeners / households * 100, "1.4", 1)
    say("radio_broadcast_hours", radio, "1.4")
    three, four = rng.randint(20, 40), rng.randint(20, 40)
    say("online_services_level_3", three, "1.3")
    say("online_services_level_4", four, "1.3")
    say("online_services", three + four, "1.3")
    changes = {"mobile_subscribers": rng.randint(200, 700), "fixed_subscribers": -rng.randint(3, 30)}
    changes["phone_subscribers"] = sum(changes.values())
    changes["bts_stations"] = rng.randint(1, 4)
    for slug, by in changes.items():
        verb = "tăng" if by > 0 else "giảm"
        plan.compare(slug, half, base, "change", by, f"{verb} {format_number(abs(by))} so với cùng kỳ", "N:1.2")
    for slug, section in (("postal_revenue", "1.1"), ("telecom_revenue", "1.2")):
        last, _, estimate, _ = rows[slug][0]
        ratio = round_half_up(estimate / last * 100, 1)
        plan.compare(
            slug, half, base, "ratio_pct", ratio, f"đạt {format_number(ratio, 1)} % so với cùng kỳ", f"N:{section}"
        )
