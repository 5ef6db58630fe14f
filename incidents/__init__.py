"""Reports of faults at a place: routed by geometry, on legal clocks, each step in a ledger."""
