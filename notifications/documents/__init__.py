"""Papers that go with a notice, drawn from plain values."""
