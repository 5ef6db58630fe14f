"""From a file to rows and findings: reading, checks, repair and derived areas; writes nothing."""
