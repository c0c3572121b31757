"""The page on the bottleneck of 2021: a lesson with bets."""
