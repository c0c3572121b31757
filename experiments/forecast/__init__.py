"""Forecasts that are kept: made with what was known on a day, never written over, and scored by what came true."""
