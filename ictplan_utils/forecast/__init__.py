"""From six months to December: where a year will end, how surely, and why."""

from ictplan_utils import from_modules
from ictplan_utils.forecast.predict import Forecasts, Prediction, predict, predict_many, predict_together

__all__ = ["Forecasts", "Prediction", "backtest", "forecast_year_end", "predict", "predict_many", "predict_together"]
__getattr__ = from_modules(__name__, {"forecast_year_end": "year_end", "backtest": "backtesting"})
