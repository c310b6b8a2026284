"""Every answer by the name that pages, downloads and the command line use for it."""

from collections.abc import Callable, Mapping

from cooperation.answers import (
    cooperation_fields,
    data_quality,
    method,
    mutual_assistance,
    overview,
    response_times,
    shared_costs,
)
from cooperation.answers.answer import Answer, Evidence
from cooperation.answers.filters import Filters

ANSWERS: Mapping[str, Callable[[Evidence, Filters], Answer]] = {
    f"{module.__name__.rsplit('.', 1)[-1]}/{function.__name__}": function
    for module, functions in (
        (
            cooperation_fields,
            (
                cooperation_fields.overview,
                cooperation_fields.indicators,
                cooperation_fields.series,
            ),
        ),
        (
            data_quality,
            (
                data_quality.totals,
                data_quality.freshness,
                data_quality.files,
                data_quality.data_sets,
                data_quality.reasons,
                data_quality.rejects,
                data_quality.flagged_cells,
                data_quality.doubtful_by_month,
                data_quality.completeness,
                data_quality.monthly_completeness,
                data_quality.priority_mix,
                data_quality.origin_mix,
                data_quality.left_out,
                data_quality.correction_layouts,
            ),
        ),
        (
            method,
            (
                method.priorities,
                method.norms,
                method.zones,
                method.thresholds,
                method.rules,
                method.example,
            ),
        ),
        (
            mutual_assistance,
            (
                mutual_assistance.comparison,
                mutual_assistance.flows,
                mutual_assistance.balance,
                mutual_assistance.monthly,
                mutual_assistance.time_gained,
                mutual_assistance.comparable_calls,
                mutual_assistance.nights_and_weekends,
                mutual_assistance.other_help,
                mutual_assistance.identity_kept,
            ),
        ),
        (overview, (overview.promises, overview.municipalities)),
        (
            response_times,
            (
                response_times.headline,
                response_times.comparison,
                response_times.three_steps,
                response_times.kinds_of_calls,
                response_times.trend,
                response_times.invented_starts,
                response_times.control_chart,
                response_times.pooled,
                response_times.monthly,
                response_times.cumulative,
                response_times.by_priority,
                response_times.by_municipality,
                response_times.by_hour,
                response_times.by_weekday,
                response_times.steps,
            ),
        ),
        (
            shared_costs,
            (
                shared_costs.yearly,
                shared_costs.comparison,
                shared_costs.by_field,
                shared_costs.by_category,
                shared_costs.purchases,
                shared_costs.keys,
                shared_costs.scenario,
                shared_costs.notices,
            ),
        ),
    )
    for function in functions
}
