"""The claims of the documents about the clog of 2021, each with the rule by which the model judges it.

The rule of a claim is written down here before it is run, with the line that decides and why it lies there. Lines
are chosen from the documents or from what a reader would call a difference worth naming, never from a result: where
the model says that a claim fails, that stands. Left out: claims about people or wishes and not about numbers.
"""

from __future__ import annotations

from experiments.claims.claim import Assumption, Claim, Condition, End, Future, Look, all_agree, combination
from experiments.claims.futures import (
    AS_IT_WAS,
    AUTUMN,
    AWAY,
    AWAY_OF_SIX,
    CATCH_UP_AND_HOMES,
    ENOUGH_HOMES,
    FAMILY,
    FULL,
    HARDLY_EVER,
    LOUDNESS,
    NEARLY_ALWAYS,
    NO_CATCH_UP,
    OF_SIX,
    OVERFLOW,
    REPORT,
    RESPONSE,
    SINCE_2015,
    SINCE_2016,
    SIX_CAUSES,
    THREE_CAUSES,
    TURNOVER,
    USUAL_CAP,
    USUAL_INFLOW,
    WORTH_NAMING,
    first_applications,
    inflow_factor,
    kinds_of_homes,
    less_inflow,
    part,
    part_of_six,
    without,
)  # fmt: skip
from experiments.scenario.ready import load_scenario

_HOMES = Future("genoeg-woningen", ENOUGH_HOMES)
_HOMES_NO_TENTS = Claim(
    name="genoeg-woningen-geen-tenten",
    document=REPORT,
    page=1,
    futures=(AS_IT_WAS, _HOMES),
    looks=(
        Look("tents_before", "ran_full", "", "prop-2021", "2021-01-01", "2022-01-01"),
        Look("tents", "ran_full", "", "genoeg-woningen", "2021-01-01", "2022-01-01"),
        Look("peak", "persons_without_place_max", "prop-2021", "genoeg-woningen", "2021-01-01", "2022-01-01"),
        Look("peak_left", "persons_without_place_max", "", "genoeg-woningen", "2021-01-01", "2022-01-01"),
        Look("emergency", "emergency_places_mean", "prop-2021", "genoeg-woningen", "2021-01-01", "2022-01-01"),
        Look("holders", "permit_holders_in_reception_end", "prop-2021", "genoeg-woningen", "2021-01-01", "2022-01-01"),
        Look("waiting", "permit_holders_beyond_norm_end", "prop-2021", "genoeg-woningen", "2021-01-01", "2022-01-01"),
        Look("others", "homes_to_others", "prop-2021", "genoeg-woningen", "2020-10-01", "2022-01-01"),
    ),
    conditions=(
        Condition("tents_before", "at_least", NEARLY_ALWAYS, needed=True),
        Condition("waiting", "at_most", -0.75, relative=True, needed=True),
        Condition("tents", "at_most", HARDLY_EVER),
    ),
    figures=(("full", FULL),),
    weighed_by="peak_left",
    assumptions=(
        kinds_of_homes(_HOMES),
        TURNOVER,
        Assumption(
            "inflow_factor", End(0.9, ("inflow_factor=0.9@2021-01-01",)), End(1.1, ("inflow_factor=1.1@2021-01-01",))
        ),
    ),
)

_NOT_INFLOW = Claim(
    name="inhaalslag-en-woningnood-geen-hoge-instroom",
    document=REPORT,
    page=3,
    futures=(AS_IT_WAS, *without(THREE_CAUSES, AWAY), *without(SIX_CAUSES, AWAY_OF_SIX, OF_SIX)),
    looks=(
        Look("both", OVERFLOW, "prop-2021", CATCH_UP_AND_HOMES, *AUTUMN),
        *(part(cause) for cause in THREE_CAUSES),
        part("inhaalslag", "instroom"),
        part("woningtekort", "instroom"),
        Look(
            "holders",
            "permit_holders_in_reception_end",
            "prop-2021",
            combination(THREE_CAUSES, 0b001),
            "2021-01-01",
            "2022-01-01",
        ),
        *(part_of_six(cause) for cause in SIX_CAUSES),
    ),
    conditions=(
        Condition("both", "at_most", -0.5, relative=True),
        Condition("inhaalslag_against_instroom", "at_least", 0.0),
        Condition("woningtekort_against_instroom", "at_least", 0.0),
    ),
    figures=(("first_2021", first_applications(2021)), ("first_mean", first_applications(*SINCE_2015))),
    weighed_by="inhaalslag_against_instroom",
    assumptions=(
        Assumption(
            "inflow_factor",
            End(
                inflow_factor(*SINCE_2016),
                instead=less_inflow(f"inflow_factor={inflow_factor(*SINCE_2016):g}@2021-01-01"),
            ),
            End(USUAL_INFLOW),
        ),
        kinds_of_homes(*without(THREE_CAUSES, AWAY)),
        Assumption(
            "emergency_places_per_month",
            End(250, ("emergency_places_per_month=250@2019-01-01..2021-09-01",)),
            End(1000, ("emergency_places_per_month=1000@2019-01-01..2021-09-01",)),
        ),
    ),
)

_KEPT_AFTER_WAVE = ("ind_extra_staff=300@2016-10-01", "ind_extra_staff=650@2017-01-01")
_IND_CLAIM = Claim(
    name="afschalen-ind-kostte-meer",
    document=REPORT,
    page=22,
    futures=(
        Future("golf-2015", base="golf-2015"),
        Future("golf-ind-gehouden", (*_KEPT_AFTER_WAVE, *NO_CATCH_UP), "golf-2015"),
        AS_IT_WAS,
        Future("ind-200-meer", ("ind_extra_staff=200",)),
    ),
    looks=(
        Look("after_wave", "reception_and_ind", "golf-2015", "golf-ind-gehouden", "2016-10-01", "2022-01-01"),
        Look("clog", "reception_and_ind", "prop-2021", "ind-200-meer", "2019-01-01", "2022-01-01"),
        Look("after_wave_ind", "cost_ind", "golf-2015", "golf-ind-gehouden", "2016-10-01", "2022-01-01"),
        Look("after_wave_reception", "cost_reception", "golf-2015", "golf-ind-gehouden", "2016-10-01", "2022-01-01"),
        Look("clog_ind", "cost_ind", "prop-2021", "ind-200-meer", "2019-01-01", "2022-01-01"),
        Look("clog_reception", "cost_reception", "prop-2021", "ind-200-meer", "2019-01-01", "2022-01-01"),
        Look("clog_penalties", "cost_penalties", "prop-2021", "ind-200-meer", "2019-01-01", "2022-01-01"),
        Look("persons", "persons_in_reception_mean", "prop-2021", "ind-200-meer", "2019-01-01", "2022-01-01"),
    ),
    conditions=(Condition("after_wave", "at_most", 0.0), Condition("clog", "at_most", 0.0)),
    weighed_by="clog",
    assumptions=(
        Assumption("counting", End(), End(measures=(("reception_and_ind", "reception_by_person_and_ind"),))),
        Assumption(
            "ind_extra_staff",
            End(100, instead=(("ind-200-meer", ("ind_extra_staff=100",)),)),
            End(300, instead=(("ind-200-meer", ("ind_extra_staff=300",)),)),
        ),
    ),
    decide=all_agree,
)

_EARLY = ("2021-05-01", "2021-11-01")
_LATE = ("2022-07-01", "2024-01-01")
_LATER_CLAIM = Claim(
    name="woningen-later-opvang-meteen",
    document=REPORT,
    page=19,
    futures=(
        AS_IT_WAS,
        Future("meer-opvang", ("emergency_places_per_month=2600@2021-05-01",)),
        Future("meer-flex", ("flex_per_year=15000@2021-05-01..2022-05-01",)),
    ),
    looks=(
        Look("shelter_early", OVERFLOW, "prop-2021", "meer-opvang", *_EARLY),
        Look("homes_early", OVERFLOW, "prop-2021", "meer-flex", *_EARLY),
        Look("homes_late", "permit_holders_in_reception_mean", "prop-2021", "meer-flex", *_LATE),
        Look("shelter_late", "permit_holders_in_reception_mean", "prop-2021", "meer-opvang", *_LATE),
        Look("homes_late_days", OVERFLOW, "prop-2021", "meer-flex", *_LATE),
    ),
    conditions=(
        Condition("shelter_early", "at_most", -0.25, relative=True),
        Condition("homes_early", "at_least", -0.1, relative=True),
        Condition("homes_late", "at_most", -0.05, relative=True),
    ),
    weighed_by="homes_late",
    assumptions=(
        Assumption("flex_lead_days", End(210, ("flex_lead_days=210",)), End(600, ("flex_lead_days=600",))),
        Assumption("flex_holder_share", End(0.2, ("flex_holder_share=0.2",)), End(0.5, ("flex_holder_share=0.5",))),
        Assumption("project_failure", End(0.1, ("project_failure=0.1",)), End(0.4, ("project_failure=0.4",))),
    ),
)

_LOW = ("inflow_factor=0.73@2021-01-01",)


def _small_inflow(factor: float) -> End:
    """Another small inflow in every future that has one."""
    kept = ("contract_renewal=1",)
    others = {"": (), "-met-plekken": kept, "-met-plekken-en-woningen": (*kept, *ENOUGH_HOMES)}
    inflow = f"inflow_factor={factor:g}@2021-01-01"
    return End(factor, instead=tuple((f"lage-instroom{name}", (inflow, *rest)) for name, rest in others.items()))


_SMALL_INFLOW_CLAIM = Claim(
    name="kleine-toestroom-was-genoeg",
    document=REPORT,
    page=19,
    futures=(
        AS_IT_WAS,
        Future("lage-instroom", _LOW),
        Future("lage-instroom-met-plekken", (*_LOW, "contract_renewal=1")),
        Future("lage-instroom-met-plekken-en-woningen", (*_LOW, "contract_renewal=1", *ENOUGH_HOMES)),
    ),
    looks=(
        Look("full", "ran_full", "", "lage-instroom", *AUTUMN),
        Look("full_with_places", "ran_full", "", "lage-instroom-met-plekken", *AUTUMN),
        Look("full_with_both", "ran_full", "", "lage-instroom-met-plekken-en-woningen", *AUTUMN),
        Look("days", OVERFLOW, "prop-2021", "lage-instroom", *AUTUMN),
        Look("peak_low", "persons_without_place_max", "", "lage-instroom", *AUTUMN),
    ),
    conditions=(Condition("full", "at_least", NEARLY_ALWAYS), Condition("full_with_both", "at_most", HARDLY_EVER)),
    figures=(("full", FULL),),
    weighed_by="peak_low",
    assumptions=(
        Assumption("inflow_factor", _small_inflow(0.6), _small_inflow(0.85)),
        TURNOVER,
        Assumption(
            "emergency_places_per_month",
            End(250, ("emergency_places_per_month=250@2019-01-01..2021-09-01",)),
            End(1000, ("emergency_places_per_month=1000@2019-01-01..2021-09-01",)),
        ),
    ),
)

_FAMILY_CLAIM = Claim(
    name="inhaalslag-komt-terug-als-nareis",
    document=REPORT,
    page=19,
    futures=(Future("geen-inhaalslag", NO_CATCH_UP), AS_IT_WAS),
    looks=(
        Look("arrivals", "nareis_arrivals", "geen-inhaalslag", "prop-2021", "2022-01-01", "2023-01-01"),
        Look("arrivals_2021", "nareis_arrivals", "geen-inhaalslag", "prop-2021", "2021-01-01", "2022-01-01"),
        Look("arrivals_2023", "nareis_arrivals", "geen-inhaalslag", "prop-2021", "2023-01-01", "2024-01-01"),
        Look("applications", "nareis_applications", "geen-inhaalslag", "prop-2021", "2020-07-01", "2022-01-01"),
        Look("permits", "permits_without_family", "geen-inhaalslag", "prop-2021", "2020-04-01", "2022-01-01"),
    ),
    conditions=(Condition("arrivals", "at_least", 0.05, relative=True),),
    weighed_by="arrivals",
    assumptions=(
        FAMILY,
        Assumption(
            "nareis_extra_staff",
            End(-40, ("nareis_extra_staff=-40@2021-01-01",)),
            End(80, ("nareis_extra_staff=80@2021-01-01",)),
        ),
        Assumption("permit_chance", End(0.9, ("permit_chance=0.9",)), End(1.1, ("permit_chance=1.1",))),
    ),
)

_TWO_YEARS = ("2016-01-01", "2018-01-01")
_TIGHT = ("turnover=0.86", "share_cap=0.075")
_WAVE_CLAIM = Claim(
    name="golf-2015-paste-toen-wel",
    document=REPORT,
    page=12,
    futures=(
        Future("golf-2015", base="golf-2015"),
        Future("golf-in-markt-2021", _TIGHT, "golf-2015"),
        Future("prop-2021"),
    ),
    looks=(
        Look("housed", "housed_of_task", "", "golf-2015", *_TWO_YEARS),
        Look("housed_tight", "housed_of_task", "", "golf-in-markt-2021", *_TWO_YEARS),
        Look(
            "larger",
            "first_applications",
            "prop-2021",
            "golf-2015",
            "2015-01-01",
            "2017-01-01",
            "2020-01-01",
            "2022-01-01",
        ),
        Look("behind", "behind_end", "golf-2015", "golf-in-markt-2021", *_TWO_YEARS),
        Look("holders", "permit_holders_in_reception_end", "golf-2015", "golf-in-markt-2021", *_TWO_YEARS),
        Look("days", OVERFLOW, "golf-2015", "golf-in-markt-2021", *_TWO_YEARS),
    ),
    conditions=(
        Condition("larger", "at_least", 0.0),
        Condition("housed", "at_least", 0.9),
        Condition("housed_tight", "at_most", 0.9),
    ),
    weighed_by="housed_tight",
    assumptions=(
        Assumption(
            "share_cap",
            End(USUAL_CAP.low.value, instead=(("golf-in-markt-2021", ("turnover=0.86", *USUAL_CAP.low.extra)),)),
            End(0.13, instead=(("golf-in-markt-2021", ("turnover=0.86", "share_cap=0.13")),)),
        ),
        Assumption(
            "turnover",
            End(0.8, instead=(("golf-in-markt-2021", ("turnover=0.8", "share_cap=0.075")),)),
            End(1, instead=(("golf-in-markt-2021", ("share_cap=0.075",)),)),
        ),
        FAMILY,
    ),
)

_TASK_DAYS = ("2020-07-01", "2022-01-01")
_SMOOTH_CLAIM = Claim(
    name="pieken-in-taakstelling-kosten-huisvesting",
    document=REPORT,
    page=22,
    futures=(
        AS_IT_WAS,
        *(
            Future(f"verdeeld-over-{word}", (f"smoothing={several}",))
            for several, word in ((2, "twee"), (3, "drie"), (4, "vier"))
        ),
    ),
    looks=(
        Look("over_two", "realised", "prop-2021", "verdeeld-over-twee", "2021-01-01", "2022-01-01"),
        Look("over_three", "realised", "prop-2021", "verdeeld-over-drie", *_TASK_DAYS),
        Look("over_four", "realised", "prop-2021", "verdeeld-over-vier", "2021-01-01", "2023-01-01"),
        Look("first_half", "realised", "prop-2021", "verdeeld-over-drie", "2020-07-01", "2021-01-01"),
        Look("out", "weeks_until_out_mean", "prop-2021", "verdeeld-over-drie", *_TASK_DAYS),
        Look("holders", "permit_holders_in_reception_mean", "prop-2021", "verdeeld-over-drie", *_TASK_DAYS),
    ),
    conditions=tuple(
        Condition(look, "at_least", WORTH_NAMING, relative=True) for look in ("over_two", "over_three", "over_four")
    ),
    weighed_by="over_three",
    assumptions=(LOUDNESS, RESPONSE, USUAL_CAP),
    decide=all_agree,
)

#: From when regions work together: behind the value, as `--set` takes it.
_TOGETHER_FROM = "@2020-07-01"
_SHARED = f"regional_intermediate_places=2000{_TOGETHER_FROM}"
_REGION = f"trading=region{_TOGETHER_FROM}"
_REGION_CLAIM = Claim(
    name="regionaal-sneller",
    document=REPORT,
    page=18,
    futures=(
        AS_IT_WAS,
        Future("regionale-uitruil", (_REGION,)),
        Future("gedeelde-voorzieningen", (_SHARED,)),
        Future("regio-beide", (_REGION, _SHARED)),
    ),
    looks=(
        Look("trading", "realised", "prop-2021", "regionale-uitruil", *_TASK_DAYS),
        Look("trading_out", "weeks_until_out_mean", "prop-2021", "regionale-uitruil", *_TASK_DAYS),
        Look("shared", "realised", "prop-2021", "gedeelde-voorzieningen", *_TASK_DAYS),
        Look("shared_out", "weeks_until_out_mean", "prop-2021", "gedeelde-voorzieningen", *_TASK_DAYS),
        Look("both", "realised", "prop-2021", "regio-beide", *_TASK_DAYS),
        Look("weeks_trading", "weeks_to_home_median", "prop-2021", "regionale-uitruil", *_TASK_DAYS),
        Look("weeks_shared", "weeks_to_home_median", "prop-2021", "gedeelde-voorzieningen", *_TASK_DAYS),
        Look("holders", "permit_holders_in_reception_end", "prop-2021", "regio-beide", *_TASK_DAYS),
    ),
    conditions=(
        Condition("trading", "at_least", WORTH_NAMING, relative=True),
        Condition("trading_out", "at_most", -WORTH_NAMING, relative=True),
        Condition("shared", "at_least", WORTH_NAMING, relative=True),
        Condition("shared_out", "at_most", -WORTH_NAMING, relative=True),
    ),
    weighed_by="trading",
    assumptions=(
        Assumption(
            "trading",
            End(instead=(("regionale-uitruil", (f"trading=bilateral{_TOGETHER_FROM}",)),)),
            End(instead=(("regionale-uitruil", (f"trading=national{_TOGETHER_FROM}",)),)),
        ),
        RESPONSE,
        USUAL_CAP,
    ),
)

_MIX_CLAIM = Claim(
    name="koppelen-op-aanbod-helpt",
    document=REPORT,
    page=16,
    futures=(
        AS_IT_WAS,
        Future("koppelen-op-woningen", ("linking_rule=homes",)),
        Future("woningdelen", ("sharing_share=0.2",)),
    ),
    looks=(
        Look("linking", "realised", "prop-2021", "koppelen-op-woningen", "2019-01-01", "2022-01-01"),
        Look("unfit", "unfit_share", "", "prop-2021", "2019-01-01", "2022-01-01"),
        Look("unfit_linking", "unfit_share", "prop-2021", "koppelen-op-woningen", "2019-01-01", "2022-01-01"),
        Look(
            "large",
            "weeks_to_home_5_plus",
            "prop-2021",
            "prop-2021",
            "2019-01-01",
            "2022-01-01",
            a_measure="weeks_to_home_2_to_4",
        ),
        Look(
            "single",
            "weeks_to_home_single",
            "prop-2021",
            "prop-2021",
            "2019-01-01",
            "2022-01-01",
            a_measure="weeks_to_home_2_to_4",
        ),
        Look("weeks", "weeks_to_home_median", "prop-2021", "koppelen-op-woningen", "2019-01-01", "2022-01-01"),
        Look("sharing", "realised", "prop-2021", "woningdelen", "2019-01-01", "2022-01-01"),
    ),
    conditions=(Condition("unfit", "at_least", 0.05), Condition("linking", "at_least", WORTH_NAMING, relative=True)),
    weighed_by="linking",
    assumptions=(
        RESPONSE,
        USUAL_CAP,
        Assumption("relaxed_allocation", End(0, ("relaxed_allocation=0",)), End(0.6, ("relaxed_allocation=0.6",))),
    ),
)

#: What is heard, how early, and from when stands in one place: the ready scenario.
_HEARD = "signaal-direct-gehoord"
#: What stands behind a lever that must begin when those of the scenario begin.
_HEARD_FROM = f"@{load_scenario(_HEARD).levers['signal_lead_days'][0].from_date}"
_COA_TOO = "emergency_places_per_month=2600@2020-11-01"
_UNTIL_SEPTEMBER = ("2021-01-01", "2021-09-01")
_SIGNAL_CLAIM = Claim(
    name="signaal-gehoord-opvang-niet-vol",
    document=REPORT,
    page=19,
    futures=(AS_IT_WAS, Future("signaal-gehoord", base=_HEARD)),
    looks=(
        Look("full_before", "ran_full", "", "prop-2021", *_UNTIL_SEPTEMBER),
        Look("full", "ran_full", "", "signaal-gehoord", *_UNTIL_SEPTEMBER),
        Look("peak", "persons_without_place_max", "prop-2021", "signaal-gehoord", *_UNTIL_SEPTEMBER),
        Look("peak_left", "persons_without_place_max", "", "signaal-gehoord", *_UNTIL_SEPTEMBER),
        Look("day", "days_until_full", "prop-2021", "signaal-gehoord", *_UNTIL_SEPTEMBER),
        Look("housed", "realised", "prop-2021", "signaal-gehoord", "2020-10-01", "2021-09-01"),
    ),
    conditions=(
        Condition("full_before", "at_least", NEARLY_ALWAYS, needed=True),
        Condition("full", "at_most", HARDLY_EVER),
    ),
    figures=(("full", FULL), ("heard", _HEARD)),
    weighed_by="peak_left",
    assumptions=(
        Assumption("emergency_places_per_month", End(), End(instead=(("signaal-gehoord", (_COA_TOO,)),))),
        Assumption(
            "signal_lead_days",
            End(91, instead=(("signaal-gehoord", (f"signal_lead_days=91{_HEARD_FROM}",)),)),
            End(120),
        ),
        USUAL_CAP,
    ),
)


_ALL = (
    _HOMES_NO_TENTS, _NOT_INFLOW, _IND_CLAIM, _LATER_CLAIM,
    _SMALL_INFLOW_CLAIM, _FAMILY_CLAIM, _WAVE_CLAIM,
    _SMOOTH_CLAIM, _REGION_CLAIM, _MIX_CLAIM, _SIGNAL_CLAIM,
)  # fmt: skip
CLAIMS: dict[str, Claim] = {claim.name: claim for claim in _ALL}
