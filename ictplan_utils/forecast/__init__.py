"""From six months to December: where a year will end, how surely, and why."""

from ictplan_utils.forecast.predict import Forecasts, Prediction, predict, predict_many, predict_together

__all__ = ["Forecasts", "Prediction", "backtest", "forecast_year_end", "predict", "predict_many", "predict_together"]


def __getattr__(name: str):
    """Fetch what needs pandas or the catalogue only when someone asks for it."""
    if name == "forecast_year_end":
        from ictplan_utils.forecast.year_end import forecast_year_end

        return forecast_year_end
    if name == "backtest":
        from ictplan_utils.forecast.backtesting import backtest

        return backtest
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
