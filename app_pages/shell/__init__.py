"""What every page stands in: sidebar, link, language, running jobs."""
