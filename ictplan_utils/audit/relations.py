"""What must hold between indicators beyond the catalogue's formulas, each with its reason."""

from __future__ import annotations

PART_OF = (
    ("commune_post_points_multiservice", "commune_post_points"),
    ("communes_with_party_newspaper", "communes"),
    ("communes_covered_by_mobile", "communes_and_towns"),
    ("communes_with_videoconference", "communes_and_towns"),
    ("communes_with_radio", "communes_and_towns"),
    ("communes", "communes_and_towns"),
    ("villages_with_fixed_broadband", "villages"),
    ("households_with_provincial_radio", "households"),
    ("households_with_provincial_tv", "households"),
    ("households_with_tv_set", "households"),
    ("staff_with_it_degree", "staff"),
    ("it_specialists", "staff"),
    ("postal_operators_both_ways", "postal_operators"),
    ("postal_operators_incoming", "postal_operators"),
    ("radio_new_hours", "radio_own_hours"),
    ("tv_new_hours", "tv_own_hours"),
    ("provincial_radio_hours", "radio_broadcast_hours"),
    ("minority_language_radio_hours", "radio_broadcast_hours"),
)
"""(part, whole): the part counts some of what the whole counts, so it can never be larger."""

MEAN_OF = (
    ("staff_using_email_share", ("staff_using_email_share_district", "staff_using_email_share_commune")),
    (
        "online_files_share",
        ("online_files_share_province", "online_files_share_district", "online_files_share_commune"),
    ),
)
"""(share, the shares of its parts): a whole's share lies between the smallest and the largest of its parts'."""

USUALLY_WITHIN = (
    ("households_with_provincial_tv", "households_with_tv_set",
     "hộ xem được truyền hình thường phải có thiết bị xem", "households that watch usually own a set"),
    ("mobile_broadband_subscribers", "mobile_subscribers",
     "thuê bao băng rộng di động thường nằm trong thuê bao di động", "mobile broadband usually comes with a phone"),
    ("households_with_broadband_share", "households_with_broadband_access_share",
     "hộ đã nối băng rộng thường nằm trong số hộ có thể nối", "connected households are usually within reach"),
)  # fmt: skip
"""(part, whole, why): by name a part, yet the two may be counted differently (coverage against use): ask."""

LOOSE_TOTALS = ("internet_subscribers",)
"""Totals that offices also use for one of their parts ("thuê bao Internet" for the fixed lines): equal to it, ask."""

AT_LEAST_ONE = ("communes_with_post_point_share",)
"""Shares of communes that have a thing, by the number of things: a commune may have several, so the quotient is a
ceiling, not the share itself."""

DISJOINT_PARTS = (("postal_operators", ("postal_operators_both_ways", "postal_operators_incoming")),)
"""(whole, parts): the sentence lists them one after the other ("trong đó … và …") as if they did not overlap."""

ADMINISTRATIVE = ("communes", "communes_and_towns", "villages")
"""Counts of units that do not change within a report: one statement holds for all its periods."""

OTHER_BASE = {"communes": "communes_and_towns", "communes_and_towns": "communes"}
"""The two counts of communes that documents mix up: with and without townships."""

TOWNSHIPS = 3
"""So many townships (thị trấn) and wards a district has at most beside its communes."""

BASE_TOLERANCE = {"population": 0.03, "households": 0.01}
"""How far two numbers of people (of households) of one report and period may lie apart before it is wrong.

Mid-year and year-end population differ by half a year's growth and migration, well under 3 %; the number of
households comes from one list, and 1 % allows for its updates within half a year.
"""

GROWTH_OF_PEOPLE = 0.03
"""No district's population grows by more than 3 % in half a year short of a change of borders."""

PER_PERSON = ("people_per_postal_point",)
"""Rates that offices round freely (4.300 for 4.267): a round figure counts as rounded to its trailing zeros."""

NEARLY = (
    # (rate, numerator, denominator, factor, tolerance, kind of check)
    ("households_with_broadband_share", "fixed_broadband_subscribers", "households", 100.0, 0.03),
    ("computers_per_staff_share", "workstations", "staff", 100.0, 0.05),
)
"""(rate, numerator, denominator, factor, relative tolerance): how offices work the rate out, though no rule says so."""

SAME_TOTAL = ((("postal_procedures", "postal_procedures_share"), ("online_services", "online_services_share")),)
"""Pairs of (count, its share) that may be of one total: an office has one list of its public services."""

COMES_FROM = (
    ("mobile_broadband_subscribers", "mobile_subscribers", "mobile_data_user_share", 0.01, 0.25),
    ("radio_programmes", "radio_programmes_per_month", None, 6.0, 0.05),
)
"""(figure, first, second or none, factor, tolerance): first × second × factor should come near the half's figure."""

NOT_COUNTED = ("Triệu đồng", "Giờ", "GB")
"""Units of amounts, which are rounded, where all other whole numbers are counts, which are exact."""

HOURS_IN_HALF_YEAR = 181 * 24
DAYS_IN_YEAR, DAYS_IN_HALF = 365, 181
