"""Whom each respondent stands for: the sample, its variance, its calibration and the steps of its weight."""
