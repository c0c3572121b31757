"""Pictures: how they look, what they show, and how they leave the page."""
