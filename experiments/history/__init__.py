"""The model against history: back-test, calibration, what the data tell."""
