"""Taitoverstas: a learning microsite for work-life skills courses."""
