"""Helpers of ictplan: read, check, forecast and show the ICT indicators of a Vietnamese locality."""
