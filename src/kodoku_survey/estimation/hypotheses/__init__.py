"""Tests of hypotheses under the design: independence, differences in location, and the tails their statistics follow."""
