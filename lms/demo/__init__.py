"""The demo: a cast and data with which the program can be tried."""
