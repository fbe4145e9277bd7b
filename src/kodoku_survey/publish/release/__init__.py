"""The release as a whole: placed at once, its manifest, microdata."""
