"""Running a scenario: replications, their results, and what they are held against."""
