"""The rules of other systems, each as its semantics are documented; docs/score.md names the sources."""
