"""Protection (秘匿): small counts hidden across every linked table of a release, and proved hidden."""
