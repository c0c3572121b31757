"""Jobs for several people at once: asked, computed in the background, kept."""
