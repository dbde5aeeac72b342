"""Tests of runs and enrolment."""
