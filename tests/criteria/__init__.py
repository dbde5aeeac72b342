"""Tests of criteria and their versions."""
